package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change.Move;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The pushes of one run in a third of the memory that as many objects need: a first import of a million customers, or a
 * changed mapping, pushes every one of them. Grows while the rows stream in; only read afterwards, by any thread.
 */
public final class PushList extends AbstractList<Push> implements RandomAccess {
    private static final int BLOCK = 4_096;

    private final List<Block> blocks = new ArrayList<>();
    /** Few addresses change. */
    private final Map<Integer, Move> moves = new HashMap<>();

    private int size;

    /** The pushes that pass the filter, in their order; a view of four bytes each, valid while the pushes do not change. */
    public static List<Push> where(List<Push> pushes, Predicate<Push> filter) {
        int[] places = new int[pushes.size()];
        int count = 0;
        for (int place = 0; place < places.length; place++) {
            if (filter.test(pushes.get(place))) {
                places[count++] = place;
            }
        }
        return new Filtered(pushes, Arrays.copyOf(places, count));
    }

    @Override
    public boolean add(Push push) {
        if (size % BLOCK == 0) {
            blocks.add(new Block());
        }
        blocks.get(size / BLOCK).put(size % BLOCK, push);
        if (push.move() != null) {
            moves.put(size, push.move());
        }
        size++;
        return true;
    }

    @Override
    public Push get(int place) {
        Objects.checkIndex(place, size);
        return blocks.get(place / BLOCK).push(place % BLOCK, moves.get(place));
    }

    @Override
    public int size() {
        return size;
    }

    private static final class Block {
        private final long[] idsHigh = new long[BLOCK];
        private final long[] idsLow = new long[BLOCK];
        private final long[] contacts = new long[BLOCK];
        private final long[] emailHashes = new long[BLOCK];
        private final Consent[] consents = new Consent[BLOCK];

        private void put(int at, Push push) {
            UUID id = UUID.fromString(push.customer().value());
            idsHigh[at] = id.getMostSignificantBits();
            idsLow[at] = id.getLeastSignificantBits();
            // Mautic numbers its contacts from 1.
            contacts[at] = push.contactId() == null ? 0 : push.contactId();
            emailHashes[at] = push.emailHash();
            consents[at] = push.consent();
        }

        private Push push(int at, @Nullable Move move) {
            return new Push(
                    CustomerId.of(new UUID(idsHigh[at], idsLow[at])),
                    contacts[at] == 0 ? null : contacts[at],
                    emailHashes[at],
                    consents[at],
                    move);
        }
    }

    private static final class Filtered extends AbstractList<Push> implements RandomAccess {
        private final List<Push> all;
        private final int[] places;

        private Filtered(List<Push> all, int[] places) {
            this.all = all;
            this.places = places;
        }

        @Override
        public Push get(int index) {
            return all.get(places[index]);
        }

        @Override
        public int size() {
            return places.length;
        }
    }
}
