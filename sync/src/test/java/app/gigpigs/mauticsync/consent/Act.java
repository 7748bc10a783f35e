package app.gigpigs.mauticsync.consent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One event in the story of some addresses.
 *
 * @param who a customer or an address, by number
 * @param other a second one, or the point at which a process loses its database; 0 for none
 */
record Act(Kind kind, int who, int other) {
    static final int CUSTOMERS = 6;
    static final int ADDRESSES = 5;

    /** What happens. */
    enum Kind {
        OPT_OUT_IN_CRM,
        OPT_IN_IN_CRM,
        CLEAR_OPT_IN,
        EDIT,
        MOVE,
        LOSE_ADDRESS,
        LEAVE_VIEW,
        RETURN_TO_VIEW,
        DELETE_CUSTOMER,
        SIGN_UP,
        UNSUBSCRIBE,
        OPT_OUT_BY_HAND,
        BOUNCE,
        REMOVE_ENTRY,
        MERGE,
        DELETE_CONTACT,
        FILL_FORM,
        IMPORT,
        ALLOW,
        ERASE,
        REVERT_ERASURE,
        PUSH,
        TWO_PUSHES,
        PROCESS_INBOX,
        CATCH_UP,
        OUTBOX,
        LOSE_RESPONSES,
        WEBHOOKS,
        QUEUE_MODE,
        DELIVER_DELAYED,
        REPLAY
    }

    private static final List<Kind> OFTEN =
            List.of(Kind.PUSH, Kind.PUSH, Kind.PUSH, Kind.PROCESS_INBOX, Kind.OUTBOX, Kind.CATCH_UP);

    private static final Set<Kind> OF_CUSTOMERS = EnumSet.range(Kind.OPT_OUT_IN_CRM, Kind.SIGN_UP);

    /**
     * Up to 20 acts from a seed; the same seed makes the same story. Half of them are about one customer or its address.
     * Two stories in three leave most kinds out: what one kind of act hides in the others is seen there.
     */
    static List<Act> story(long seed) {
        Random random = new Random(seed);
        List<Act> story = new ArrayList<>();
        if (random.nextInt(4) > 0) {
            story.add(new Act(Kind.PUSH, 0, 0));
        }
        List<Kind> kinds = kinds(random);
        int focus = random.nextInt(4);
        int acts = 1 + random.nextInt(20);
        for (int i = 0; i < acts; i++) {
            Kind kind = random.nextInt(3) == 0
                    ? OFTEN.get(random.nextInt(OFTEN.size()))
                    : kinds.get(random.nextInt(kinds.size()));
            int number = OF_CUSTOMERS.contains(kind) ? focus : Math.max(0, focus - 1);
            story.add(new Act(kind, random.nextBoolean() ? number : random.nextInt(CUSTOMERS), second(kind, random)));
        }
        return List.copyOf(story);
    }

    private static List<Kind> kinds(Random random) {
        List<Kind> all = new ArrayList<>(List.of(Kind.values()));
        if (random.nextInt(3) == 0) {
            return all;
        }
        Collections.shuffle(all, random);
        return all.subList(0, 3 + random.nextInt(8));
    }

    private static int second(Kind kind, Random random) {
        return switch (kind) {
            case PUSH, PROCESS_INBOX, CATCH_UP, OUTBOX -> random.nextInt(3) < 2 ? 0 : 1 + random.nextInt(150);
            default -> random.nextInt(ADDRESSES);
        };
    }
}
