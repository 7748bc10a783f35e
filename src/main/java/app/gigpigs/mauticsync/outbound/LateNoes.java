package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.outbound.Brake.BrakeException;
import app.gigpigs.mauticsync.outbound.Change.Push;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The brake while a run is on its way: rows are read when they are sent, and a refresh of the CRM that goes wrong in the
 * meantime must not opt everybody out. A few who say no meanwhile are people. Thread-safe.
 */
final class LateNoes {
    private final Safety safety;
    private final int customers;
    private final OptionalInt confirmed;
    private final AtomicInteger late = new AtomicInteger();

    /**
     * Counts from none.
     *
     * @param customers how many the run looked at
     */
    LateNoes(Safety safety, int customers, OptionalInt confirmed) {
        this.safety = safety;
        this.customers = customers;
        this.confirmed = confirmed;
    }

    /**
     * To be told of each batch before it is sent.
     *
     * @throws BrakeException when more say no by now than the brake lets pass
     */
    void look(List<Push> batch, List<Write> writes) {
        Map<UUID, Push> pushes = batch.stream().collect(Collectors.toMap(Push::customer, Function.identity()));
        int count = (int) writes.stream()
                .filter(write -> write.fields().optedOut())
                .map(write -> pushes.get(write.customer()))
                .filter(push -> push != null && push.no() == Change.No.NOBODY)
                .count();
        int all = late.addAndGet(count);
        if (count > 0
                && new Harm(customers, all, 0, 0, 0).stops(safety, confirmed).isPresent()) {
            throw new BrakeException("the brake stopped this run on its way: " + all + " of " + customers
                    + " customers say no who said yes when it began, more than "
                    + safety.brakePercent().toPlainString()
                    + " per cent. What was sent before stays sent; see ./mautic-sync plan, then ./mautic-sync sync");
        }
    }
}
