package app.gigpigs.mauticsync.setup.check;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.mautic.MauticRelease;
import app.gigpigs.mauticsync.setup.check.Finding.Level;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What doctor tells about each version of Mautic, and how well it is known. */
class MauticVersionTest {
    @ParameterizedTest
    @CsvSource({
        "4.4.10, TRIED, OK, merges two contacts",
        "5.1.0, TRIED, OK, drops the seconds",
        "5.2.1, TRIED, OK, catch-up brings",
        "6.0.2, BETWEEN, OK, between versions that were tried",
        "7.0.0, TRIED, OK, private addresses",
        "7.0.1, TRIED, OK, private addresses",
        "7.2.0, UNTRIED, WARNING, was not tried",
        "8.0.0, UNTRIED, WARNING, was not tried",
        "4.3.1, UNTRIED, WARNING, was not tried",
        "3.3.5, UNTRIED, WARNING, was not tried",
        "50.0.0, UNTRIED, WARNING, was not tried",
        "7.0.0-rc1, TRIED, OK, private addresses",
        "nonsense, UNTRIED, WARNING, was not tried",
        "'', UNTRIED, WARNING, not sent"
    })
    void told(String text, MauticRelease.Known known, Level level, String message) {
        MauticRelease release = new MauticRelease(text);
        assertThat(release.known()).isEqualTo(known);
        Finding finding = MauticChecks.version(release);
        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.message()).contains(message);
        assertThat(finding.fix().isEmpty()).isEqualTo(level == Level.OK);
    }
}
