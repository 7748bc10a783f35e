package app.gigpigs.mauticsync.outbound.match;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.outbound.diff.Change.Move;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmailChangeOrderTest {
    private static Push move(int number, String from, String to) {
        return new Push(SmallCrm.id(number), (long) number, 0, Consent.MAILABLE, new Move(from, to));
    }

    @Test
    void an_address_that_is_free_needs_no_order() {
        Push a = move(1, "a", "x");
        Push b = move(2, "b", "y");

        EmailChangeOrder moves = EmailChangeOrder.of(List.of(a, b));

        assertThat(moves.rounds()).containsExactly(List.of(a, b));
        assertThat(moves.released()).isEmpty();
    }

    @Test
    void a_chain_is_sent_from_its_free_end() {
        Push a = move(1, "a", "b");
        Push b = move(2, "b", "c");
        Push c = move(3, "c", "d");

        assertThat(EmailChangeOrder.of(List.of(a, b, c)).rounds()).containsExactly(List.of(c), List.of(b), List.of(a));
    }

    @Test
    void a_cycle_is_broken_at_one_place_only() {
        Push a = move(1, "a", "b");
        Push b = move(2, "b", "c");
        Push c = move(3, "c", "a");
        Push tail = move(4, "t", "a");

        EmailChangeOrder moves = EmailChangeOrder.of(List.of(tail, a, b, c));

        assertThat(moves.released()).hasSize(1);
        assertThat(moves.rounds().stream().flatMap(List::stream)).containsExactlyInAnyOrder(a, b, c, tail);
    }

    @Test
    void a_hundred_thousand_moves_are_ordered_without_delay() {
        List<Push> pushes = IntStream.range(0, 100_000)
                .mapToObj(i -> move(i, "old" + i, "new" + i))
                .toList();

        assertThat(EmailChangeOrder.of(pushes).rounds()).hasSize(1);
    }
}
