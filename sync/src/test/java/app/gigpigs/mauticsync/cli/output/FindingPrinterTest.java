package app.gigpigs.mauticsync.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Finding.Level;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingPrinterTest {
    @Test
    void a_count_of_one_is_singular_and_others_are_plural() {
        assertThat(FindingPrinter.summary(List.of(of(Level.OK), of(Level.WARNING), of(Level.DOWN))))
                .isEqualTo("1 ok, 1 warning, 1 problem, 0 not checked");
        assertThat(FindingPrinter.summary(
                        List.of(of(Level.WARNING), of(Level.WARNING), of(Level.PROBLEM), of(Level.DOWN))))
                .isEqualTo("0 ok, 2 warnings, 2 problems, 0 not checked");
        assertThat(FindingPrinter.summary(List.of())).isEqualTo("0 ok, 0 warnings, 0 problems, 0 not checked");
    }

    private static Finding of(Level level) {
        return new Finding("view", level, "message", "", Optional.empty());
    }
}
