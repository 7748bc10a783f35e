package app.gigpigs.mauticsync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.testing.Scenario;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The preview of a push against Mautic is what the push then does. */
@Tag("slow")
class MatchPreviewTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void an_address_that_the_run_releases_is_not_predicted_as_rejected() {
        CustomerId ann = world.crm.add(1, "ann@example.com");
        world.sync();
        long holder = world.contact("ann@example.com").id();
        world.crm.set(ann, "email", null);
        CustomerId bob = world.crm.add(2, "ann@example.com");

        MatchPreview matchPreview = look();

        assertThat(matchPreview.reject()).isEmpty();
        assertThat(matchPreview.releases()).containsExactly(Map.entry(bob, holder));
        assertThat(matchPreview.create()).isEqualTo(1);
        assertThat(world.sync().created()).isEqualTo(1);
    }

    @Test
    void a_new_address_of_another_contact_is_predicted_as_rejected() {
        CustomerId ann = world.crm.add(1, "ann@example.com");
        world.sync();
        world.mautic.addContact(Map.of("email", "new@example.com"));
        world.crm.set(ann, "email", "new@example.com");

        assertThat(look().reject()).containsOnlyKeys(ann);

        assertThat(world.sync().rejected()).isEqualTo(1);
    }

    @Test
    void an_unlinked_contact_with_the_new_address_is_predicted_as_a_rejection_if_the_customer_has_a_contact() {
        CustomerId ann = world.crm.add(1, "ann@example.com");
        world.sync();
        world.mautic.addContact(Map.of("email", "new@example.com"));
        world.mautic.setValue(world.contact("ann@example.com").id(), "supabase_id", null);
        world.crm.set(ann, "email", "new@example.com");

        assertThat(look().reject()).containsOnlyKeys(ann);

        assertThat(world.sync().rejected()).isEqualTo(1);
    }

    @Test
    void a_customer_without_a_contact_is_predicted_as_created_or_matched() {
        CustomerId ann = world.crm.add(1, "ann@example.com");
        CustomerId bob = world.crm.add(2, "bob@example.com");
        world.sync();
        world.mautic.deleteContact(world.contact("ann@example.com").id());
        world.mautic.deleteContact(world.contact("bob@example.com").id());
        long free = world.mautic.addContact(Map.of("email", "bob@example.com"));
        world.crm.set(ann, "suburb", "Perth");
        world.crm.set(bob, "suburb", "Perth");

        MatchPreview matchPreview = look();

        assertThat(matchPreview.deleted()).containsOnlyKeys(ann, bob);
        assertThat(matchPreview.create()).isEqualTo(1);
        assertThat(matchPreview.match()).containsExactly(Map.entry(bob, free));
        assertThat(world.sync())
                .satisfies(counts -> assertThat(counts.created()).isEqualTo(1))
                .satisfies(counts -> assertThat(counts.matched()).isEqualTo(1));
    }

    private MatchPreview look() {
        return world.with(client -> new SyncPlan(
                        world.jdbi,
                        client,
                        Scenario.settings().mapping(),
                        Scenario.settings().safety(),
                        new ErasureRegister(Scenario.settings().consent().key()))
                .againstMautic(SyncMode.CHANGED));
    }
}
