package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A CRM that fills its customers anew keeps their contacts, their opt-outs and, one way or another, their events. */
class ReloadedCustomersTest {
    private final Scenario world = new Scenario();
    private CustomerId ann = SmallCrm.id(1);
    private long contact;

    @BeforeEach
    void history() {
        ann = world.crm.add(1, "ann@example.com");
        world.crm.add(2, "bob@example.com");
        world.sync();
        contact = world.contact("ann@example.com").id();
        world.mautic.unsubscribe(contact);
        catchUp();
        assertThat(events()).isEqualTo("1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void deleted_and_inserted_in_one_transaction_they_keep_their_events_and_contacts() {
        SmallCrm.execute(world.jdbi, """
                begin;
                create temp table kept on commit drop as select * from public.customer_profiles;
                delete from public.customer_profiles;
                insert into public.customer_profiles select * from kept;
                commit
                """);
        assertThat(events()).isEqualTo("0");

        world.sync();

        assertThat(events()).isEqualTo("1");
        assertLinked();
    }

    @Test
    void an_event_of_a_contact_that_another_customer_has_now_is_not_given_to_that_one() {
        SmallCrm.execute(world.jdbi, "delete from public.customer_profiles where id = '" + ann + "'");
        world.crm.add(3, "ann@example.com");

        world.sync();

        assertThat(world.status(SmallCrm.id(3), "mautic_contact_id")).isEqualTo(String.valueOf(contact));
        assertThat(Rows.one(
                        world.jdbi,
                        "select count(*) from public.customer_email_engagement where customer_id is not null"))
                .isEqualTo("0");
    }

    @Test
    void truncated_with_everything_that_refers_to_them_they_get_their_events_from_mautic_again() {
        world.mautic.unsubscribe(world.contact("bob@example.com").id());
        catchUp();
        // As after half an hour: what was read is not read again.
        SmallCrm.execute(
                world.jdbi, "update mautic_sync.catch_up_cursor set position = 2 where name = 'lead_donotcontact'");
        SmallCrm.execute(world.jdbi, """
                begin;
                create temp table kept on commit drop as select * from public.customer_profiles;
                truncate public.customer_profiles cascade;
                insert into public.customer_profiles select * from kept;
                commit
                """);
        assertThat(Rows.of(
                        world.jdbi,
                        "select error_details ->> 'errorCode' from public.mautic_sync_logs where status = 'failed'"))
                .containsExactly(ErrorCode.EVENTS_TRUNCATED.id());

        catchUp();
        world.sync();
        catchUp();

        assertThat(Rows.one(
                        world.jdbi,
                        "select count(*) from public.customer_email_engagement where event_type = 'unsubscribe'"))
                .isEqualTo("2");
        assertLinked();
    }

    private void assertLinked() {
        assertThat(world.mautic.contacts()).hasSize(2);
        assertThat(world.status(ann, "mautic_contact_id")).isEqualTo(String.valueOf(contact));
        assertThat(world.contact("ann@example.com").doNotContact()).hasSize(1);
    }

    private String events() {
        return Rows.one(world.jdbi, "select count(*) from public.customer_email_engagement where customer_id = ?", ann);
    }

    private void catchUp() {
        CatchUpResult result = world.with(client -> new CatchUp(
                        world.jdbi,
                        client,
                        CrmSides.of(CrmNames.DEFAULT),
                        CatchUpSettings.DEFAULT,
                        InstantSource.system())
                .run(CatchUp.Extent.DUE, "command"));
        assertThat(result).isInstanceOf(CatchUpResult.Done.class);
    }
}
