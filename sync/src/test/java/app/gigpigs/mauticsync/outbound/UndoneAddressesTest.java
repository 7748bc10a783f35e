package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Addresses and merged contacts when a run is undone. Mautic 4.4 merges two people when one is given the other's address,
 * and 7.0 writes by the id of a merged contact to the one that it was merged into (both seen).
 */
class UndoneAddressesTest {
    private static final CustomerId ANN = SmallCrm.id(1);
    private static final CustomerId BOB = SmallCrm.id(2);

    @ParameterizedTest
    @EnumSource
    void swapped_addresses_are_swapped_back(MauticVersion version) {
        try (Scenario world = twoCustomers(version)) {
            move(world, ANN, "aside@example.com");
            move(world, BOB, "a@example.com");
            move(world, ANN, "b@example.com");
            world.sync();
            assertThat(addresses(world)).isEqualTo(Map.of(ANN, "b@example.com", BOB, "a@example.com"));

            assertThat(undo(world).restored()).isEqualTo(2);

            assertThat(addresses(world)).isEqualTo(Map.of(ANN, "a@example.com", BOB, "b@example.com"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void addresses_that_moved_on_move_back(MauticVersion version) {
        try (Scenario world = twoCustomers(version)) {
            move(world, ANN, "new@example.com");
            move(world, BOB, "a@example.com");
            world.sync();
            assertThat(addresses(world)).isEqualTo(Map.of(ANN, "new@example.com", BOB, "a@example.com"));

            assertThat(undo(world).restored()).isEqualTo(2);

            assertThat(addresses(world)).isEqualTo(Map.of(ANN, "a@example.com", BOB, "b@example.com"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void an_address_that_was_released_for_another_customer_goes_back(MauticVersion version) {
        try (Scenario world = twoCustomers(version)) {
            world.crm.set(ANN, "in_view", "false");
            world.sync();
            move(world, BOB, "a@example.com");
            world.sync();
            Map<CustomerId, String> released = new HashMap<>();
            released.put(ANN, null);
            released.put(BOB, "a@example.com");
            assertThat(addresses(world)).isEqualTo(released);

            assertThat(undo(world).restored()).isEqualTo(2);

            assertThat(addresses(world)).isEqualTo(Map.of(ANN, "a@example.com", BOB, "b@example.com"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_address_that_somebody_else_has_by_now_is_not_taken(MauticVersion version) {
        try (Scenario world = twoCustomers(version)) {
            move(world, ANN, "new@example.com");
            world.crm.set(ANN, "suburb", "Perth");
            world.sync();
            UUID run = world.lastRun();
            CustomerId carl = world.crm.add(3, "a@example.com");
            world.sync();

            Undo.Result result = world.undo(run).orElseThrow();

            assertThat(result.restored()).isZero();
            assertThat(result.rejections())
                    .singleElement()
                    .asString()
                    .contains(
                            ANN.toString(),
                            "is used by contact " + contact(world, carl).id());
            assertThat(addresses(world))
                    .isEqualTo(Map.of(ANN, "new@example.com", BOB, "b@example.com", carl, "a@example.com"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_contact_that_was_merged_into_another_customers_is_left_alone(MauticVersion version) {
        try (Scenario world = twoCustomers(version)) {
            world.crm.set(ANN, "suburb", "Perth");
            world.sync();
            long winner = contact(world, BOB).id();
            world.mautic.people().merge(contact(world, ANN).id(), winner);
            Map<String, Object> before = world.mautic.contact(winner).values();

            Undo.Result result = undo(world);

            assertThat(result.restored()).isZero();
            assertThat(result.rejections()).singleElement().asString().contains(ANN.toString());
            assertThat(world.mautic.contact(winner).values()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void an_address_of_an_opt_out_that_only_mautic_knows_is_not_given_to_another_contact(MauticVersion version) {
        try (Scenario world = twoCustomers(version)) {
            move(world, ANN, "new@example.com");
            move(world, BOB, "a@example.com");
            world.sync();
            world.mautic.unsubscribe(contact(world, BOB).id());

            Undo.Result result = undo(world);

            assertThat(result.rejections()).isNotEmpty();
            assertThat(world.mautic.contacts())
                    .filteredOn(contact -> "a@example.com".equals(contact.text("email")))
                    .allMatch(contact -> !contact.doNotContact().isEmpty());
        }
    }

    private static Scenario twoCustomers(MauticVersion version) {
        Scenario world = new Scenario(SimulatorSettings.defaults().withVersion(version));
        world.crm.add(1, Map.of("email", "a@example.com", "suburb", "Sydney"));
        world.crm.add(2, Map.of("email", "b@example.com", "suburb", "Hobart"));
        world.sync();
        return world;
    }

    private static void move(Scenario world, CustomerId customer, String address) {
        world.crm.set(customer, "email", address);
    }

    private static Undo.Result undo(Scenario world) {
        return world.undo(world.lastRun()).orElseThrow();
    }

    private static SimulatedContact contact(Scenario world, CustomerId customer) {
        return world.mautic.contacts().stream()
                .filter(contact -> customer.toString().equals(contact.text("supabase_id")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<CustomerId, String> addresses(Scenario world) {
        Map<CustomerId, String> addresses = new TreeMap<>(java.util.Comparator.comparing(CustomerId::toString));
        world.mautic
                .contacts()
                .forEach(contact -> addresses.put(
                        CustomerId.parse(String.valueOf(contact.text("supabase_id"))), contact.text("email")));
        assertThat(addresses).hasSameSizeAs(world.mautic.contacts());
        return addresses;
    }
}
