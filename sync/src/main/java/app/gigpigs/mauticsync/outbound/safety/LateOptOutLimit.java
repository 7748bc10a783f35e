package app.gigpigs.mauticsync.outbound.safety;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.safety.SafetyLimit.SafetyLimitException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The safety limit during a run: rows are read when they are sent, and a refresh of the CRM that goes wrong in the
 * meantime must not opt out everybody. A few opt-outs during a run are normal. Thread-safe.
 */
public final class LateOptOutLimit {
    private final SafetySettings safety;
    private final int customers;
    private final OptionalInt confirmed;
    private final AtomicInteger late = new AtomicInteger();

    /**
     * Counts from none.
     *
     * @param customers how many the run looked at
     */
    public LateOptOutLimit(SafetySettings safety, int customers, OptionalInt confirmed) {
        this.safety = safety;
        this.customers = customers;
        this.confirmed = confirmed;
    }

    /**
     * To be called with each batch before it is sent.
     *
     * @return the writes of customers who opted out since
     * @throws SafetyLimitException when more customers opted out since than the safety limit allows
     */
    public List<ContactWrite> look(List<Push> batch, List<ContactWrite> writes) {
        Map<CustomerId, Push> pushes = batch.stream().collect(Collectors.toMap(Push::customer, Function.identity()));
        List<ContactWrite> optedOut = writes.stream()
                .filter(write -> write.consent().optedOut())
                .filter(write -> pushes.containsKey(write.customer())
                        && Objects.requireNonNull(pushes.get(write.customer()))
                                .consent()
                                .mailable())
                .toList();
        int all = late.addAndGet(optedOut.size());
        if (!optedOut.isEmpty()
                && Impact.none(customers, 0)
                        .plus(Impact.Kind.OPT_OUT, all)
                        .stops(safety, confirmed)
                        .isPresent()) {
            throw new SafetyLimitException("the safety limit stopped this run on its way: " + all + " of " + customers
                    + " customers opted out since the run began, more than "
                    + safety.safetyLimitPercent().toPlainString()
                    + " per cent. What was sent before stays sent; see ./mautic-sync plan, then ./mautic-sync sync");
        }
        return optedOut;
    }
}
