package app.gigpigs.mauticsync.outbound.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change.Move;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PushListTest {
    @Test
    void holds_what_a_list_of_objects_holds() {
        List<Push> objects = random(10_000);
        PushList compact = new PushList();
        compact.addAll(objects);

        assertThat(compact).isEqualTo(objects);
        assertThat(compact.subList(4_090, 4_100)).isEqualTo(objects.subList(4_090, 4_100));
        assertThatThrownBy(() -> compact.get(10_000)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void chooses_and_chooses_again_in_order() {
        List<Push> objects = random(10_000);
        PushList compact = new PushList();
        compact.addAll(objects);

        List<Push> linked = PushList.where(compact, push -> push.contactId() != null);
        List<Push> optOuts = PushList.where(linked, push -> push.consent() == Consent.OPTED_OUT);

        assertThat(optOuts)
                .isNotEmpty()
                .isEqualTo(objects.stream()
                        .filter(push -> push.contactId() != null && push.consent() == Consent.OPTED_OUT)
                        .toList());
        assertThat(PushList.where(optOuts, push -> false)).isEmpty();
    }

    private static List<Push> random(int many) {
        Random random = new Random(5);
        List<Push> pushes = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            pushes.add(new Push(
                    CustomerId.of(new UUID(random.nextLong(), random.nextLong())),
                    random.nextBoolean() ? null : random.nextLong(1, Long.MAX_VALUE),
                    random.nextLong(),
                    Consent.values()[random.nextInt(Consent.values().length)],
                    random.nextInt(50) == 0 ? new Move("a" + i, "b" + i) : null));
        }
        return pushes;
    }
}
