package app.gigpigs.mauticsync.setup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.ses.SesSettings;
import app.gigpigs.mauticsync.inbound.ses.TopicArn;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SesChecksTest {
    private static final TopicArn TOPIC = TopicArn.parse("arn:aws:sns:eu-central-1:123456789012:ses-feedback");

    private final SetupWorld world = SetupWorld.ready();

    @AfterEach
    void close() {
        world.sql("delete from mautic_sync.inbox");
        world.close();
    }

    private void arrived(String type, TopicArn topic, int minutesAgo) {
        world.sql("insert into mautic_sync.inbox (source, body, headers, state, received_at) values ('ses', '{}',"
                + " '{\"sns-type\": \"" + type + "\", \"sns-topic\": \"" + topic.text() + "\"}', 'processed',"
                + " now() - interval '" + minutesAgo + " minutes')");
    }

    private List<String> amazon() {
        return world.lines().stream()
                .filter(line -> line.contains("Amazon SES"))
                .toList();
    }

    @Test
    void without_a_topic_nothing_is_said_of_amazon() {
        assertThat(amazon()).isEmpty();
    }

    @Test
    void a_topic_from_which_nothing_came_is_a_warning_and_setup_leaves_it_to_a_person() {
        world.ses = new SesSettings(List.of(TOPIC));
        arrived("Notification", TopicArn.parse(TOPIC.text() + "-2"), 1);

        assertThat(amazon())
                .singleElement()
                .asString()
                .startsWith("WARNING Amazon SES: nothing has arrived from " + TOPIC.text());
        assertThat(world.plan().byHand()).extracting("subject").contains("Amazon SES");
    }

    @Test
    void the_last_message_of_a_topic_says_how_it_is() {
        world.ses = new SesSettings(List.of(TOPIC));
        arrived("SubscriptionConfirmation", TOPIC, 90);
        arrived("Notification", TOPIC, 5);
        assertThat(amazon())
                .singleElement()
                .asString()
                .startsWith("OK Amazon SES: the last message from " + TOPIC.text());

        arrived("UnsubscribeConfirmation", TOPIC, 3);
        assertThat(amazon())
                .singleElement()
                .asString()
                .startsWith("PROBLEM Amazon SES: the subscription of " + TOPIC.text() + " was ended ");

        arrived("SubscriptionConfirmation", TOPIC, 1);
        assertThat(amazon()).singleElement().asString().startsWith("OK ");
    }

    @Test
    void amazons_messages_say_nothing_of_mautics_webhooks() {
        for (int i = 0; i < 60; i++) {
            arrived("Notification", TOPIC, 1);
        }

        assertThat(world.lines()).anyMatch(line -> line.startsWith("OK queue mode: not known yet"));
    }
}
