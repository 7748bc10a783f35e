package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.failure.FailureException;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;

/**
 * Reads a batch from the CRM. A customer who cannot be read is told and left out, and does not keep the others of the batch
 * from being sent.
 */
public final class BatchReading {
    private final PayloadBuilder payloads;
    private final Consumer<Map<CustomerId, Failure>> unreadable;

    /** @param unreadable is told of each customer who cannot be read */
    public BatchReading(PayloadBuilder payloads, Consumer<Map<CustomerId, Failure>> unreadable) {
        this.payloads = payloads;
        this.unreadable = unreadable;
    }

    /** What is to be sent. */
    List<ContactWrite> of(List<Push> batch) {
        try {
            return payloads.of(batch);
        } catch (RuntimeException e) {
            if (!concernsRow(e)) {
                throw e;
            }
            if (batch.size() > 1) {
                int middle = batch.size() / 2;
                List<ContactWrite> writes = new ArrayList<>(of(batch.subList(0, middle)));
                writes.addAll(of(batch.subList(middle, batch.size())));
                return writes;
            }
            unreadable.accept(Map.of(batch.get(0).customer(), failure(e)));
            return List.of();
        }
    }

    /** Not a database that is away, a lost lease, or a run that is to end. */
    private static boolean concernsRow(RuntimeException e) {
        return e instanceof JdbiException ? RowRejection.of(e).isPresent() : !(e instanceof FailureException);
    }

    /** Without the message: it may quote a value. */
    private static Failure failure(RuntimeException e) {
        String why = RowRejection.of(e)
                .map(state -> "SQLSTATE " + state)
                .orElse(e.getClass().getSimpleName());
        return new Failure(ErrorCode.CUSTOMER_UNREADABLE, "what the CRM has of this customer cannot be read: " + why);
    }
}
