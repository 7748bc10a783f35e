package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.testing.Rows;
import java.util.List;

/** What must hold at the end of a story of addresses. */
final class AddressChecks {
    private final ConsentWorld world;
    private final AddressModel model;

    AddressChecks(ConsentWorld world, AddressModel model) {
        this.world = world;
        this.model = model;
    }

    void hold() {
        for (int i = 0; i < Act.ADDRESSES; i++) {
            String address = AddressStory.address(i);
            List<SimulatedContact> contacts = AddressStory.contacts(world, address);
            if (model.mustNotBeMailed(address)) {
                assertThat(contacts)
                        .as("%s must not be mailed: %s", address, model.said.get(address))
                        .allMatch(ConsentWorld::onDoNotContact);
            }
            if (model.mustHaveContact(address)) {
                assertThat(contacts).as("contacts of %s; %s", address, states()).isNotEmpty();
            }
            if (model.mustBeMailed(address)) {
                assertThat(contacts).as("contacts of %s", address).hasSize(1);
                assertThat(contacts).as("%s can be mailed", address).noneMatch(ConsentWorld::onDoNotContact);
            }
        }
        everyCustomerHasAContactOfItsOwn();
        assertThat(world.inbox.counts()).containsEntry(Inbox.State.DEAD, 0L);
    }

    /** After each run, where nobody did anything in Mautic that it could not know. */
    void nobodyUntouchedIsMailable() {
        for (int i = 0; i < Act.ADDRESSES; i++) {
            String address = AddressStory.address(i);
            if (model.mustNotBeMailed(address) && !model.touched.contains(address)) {
                assertThat(AddressStory.contacts(world, address))
                        .as("%s must not be mailed after a run: %s", address, model.said.get(address))
                        .allMatch(ConsentWorld::onDoNotContact);
            }
        }
    }

    private List<String> states() {
        return Rows.of(world.jdbi, """
                select st.customer_id || ' ' || state || ' ' || coalesce(mautic_contact_id::text, '-') || ' ' || coalesce(sync_error, '')
                  from public.mautic_sync_status st order by 1
                """);
    }

    private void everyCustomerHasAContactOfItsOwn() {
        assertThat(Rows.of(
                        world.jdbi,
                        "select mautic_contact_id::text from public.mautic_sync_status where state = 'synced'"))
                .as("linked contacts")
                .doesNotHaveDuplicates();
        assertThat(Rows.of(world.jdbi, """
                        select st.customer_id || ' ' || state || ' ' || coalesce(sync_error, '') from public.mautic_sync_status st
                         where state not in ('synced', 'skipped', 'removed') and sync_error not like '%contact%'
                        """))
                .as("customers that are neither synced nor in a named conflict")
                .isEmpty();
    }
}
