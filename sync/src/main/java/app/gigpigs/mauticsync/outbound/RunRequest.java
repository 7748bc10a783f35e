package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import java.util.OptionalInt;

/**
 * What a run is asked for.
 *
 * @param selection which customers it may push
 * @param confirmed how many customers a person agreed to have opted out, blanked or removed; the safety limit allows that many
 * @param trigger who asked
 */
public record RunRequest(SyncMode mode, Selection selection, OptionalInt confirmed, Trigger trigger) {

    /** Whether the safety limit applies: a person who names one customer means it. */
    boolean isUnderSafetyLimit() {
        return !(selection instanceof Selection.One);
    }

    /** What a command without options asks for. */
    public static RunRequest of(SyncMode mode) {
        return new RunRequest(mode, new Selection.Everybody(), OptionalInt.empty(), Trigger.COMMAND);
    }

    /** What the schedule asks for. */
    public static RunRequest scheduled() {
        return new RunRequest(SyncMode.CHANGED, new Selection.Everybody(), OptionalInt.empty(), Trigger.SCHEDULE);
    }

    /** Which customers a run may push. */
    public sealed interface Selection {
        /** All customers that changed. */
        record Everybody() implements Selection {}

        /** One customer, changed or not, and no other. */
        record One(CustomerId customer) implements Selection {}

        /** At most this many of the customers that changed. */
        record AtMost(int customers) implements Selection {
            public AtMost {
                if (customers < 1) {
                    throw new IllegalArgumentException("a limit is at least 1, not " + customers);
                }
            }
        }
    }

    /** Who asked for a run. */
    public enum Trigger {
        COMMAND,
        SCHEDULE,
        /** The CRM signalled that its refresh is done. */
        REFRESH;

        String sql() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
