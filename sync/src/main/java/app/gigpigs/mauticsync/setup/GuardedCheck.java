package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.text.ForeignText;
import java.util.List;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.JdbiException;

/** Runs one check. Its exception becomes a finding, so that a check that fails does not hide the others. */
final class GuardedCheck {
    private GuardedCheck() {}

    static List<Finding> run(String subject, Callable<List<Finding>> check) {
        try {
            return check.call();
        } catch (MauticUnavailable e) {
            return List.of(Finding.down(subject, message(e), "check Mautic and the network to it"));
        } catch (MauticException e) {
            return List.of(Finding.problem(subject, message(e), ""));
        } catch (JdbiException e) {
            return List.of(Finding.problem(subject, Failure.of(e).message(), ""));
        } catch (Exception e) {
            return List.of(Finding.problem(subject, "the check failed: " + message(e), ""));
        }
    }

    private static String message(Throwable failure) {
        return ForeignText.line(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }
}
