package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.setup.check.Finding;
import java.util.List;
import java.util.Objects;
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
            return List.of(Finding.problem(subject, "the database says: " + rootCause(e), ""));
        } catch (Exception e) {
            return List.of(Finding.problem(subject, "the check failed: " + message(e), ""));
        }
    }

    private static String rootCause(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = Objects.requireNonNull(at.getCause());
        }
        return message(at).lines().findFirst().orElse("");
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
