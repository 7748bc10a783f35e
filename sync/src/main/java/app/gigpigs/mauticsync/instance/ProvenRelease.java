package app.gigpigs.mauticsync.instance;

import app.gigpigs.mauticsync.mautic.MauticRelease;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** The version of Mautic that a run has proven: contacts that it sent were read back and right. */
public final class ProvenRelease {
    private final Jdbi jdbi;

    public ProvenRelease(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The one before; empty before the first. */
    public Optional<MauticRelease> last() {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        select mautic_version from mautic_sync.instance
                         where number = mautic_sync.current_instance() and mautic_version is not null
                        """).mapTo(String.class).findOne().map(MauticRelease::new));
    }

    /** This one is proven. */
    public void prove(MauticRelease release) {
        jdbi.useHandle(handle ->
                handle.createUpdate("""
                        update mautic_sync.instance set mautic_version = :version
                         where number = mautic_sync.current_instance() and mautic_version is distinct from :version
                        """).bind("version", release.text()).execute());
    }
}
