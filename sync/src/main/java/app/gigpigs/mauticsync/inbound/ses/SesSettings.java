package app.gigpigs.mauticsync.inbound.ses;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * From where Amazon's feedback is accepted.
 *
 * @param topics the SNS topics; without one, there is no endpoint for Amazon
 */
public record SesSettings(List<TopicArn> topics) {
    static final Setting TOPICS = Setting.of(
            "SYNC_SES_TOPICS",
            "",
            "The ARNs of the SNS topics by which Amazon SES reports bounces and complaints to `/webhooks/ses`, separated"
                    + " by commas. Messages of other topics are rejected. Without one, there is no `/webhooks/ses`.",
            new Kind.Text("topic ARNs", ""));

    public static final List<Setting> SETTINGS = List.of(TOPICS);

    private static final Pattern COMMA = Pattern.compile(",");

    public SesSettings {
        topics = List.copyOf(topics);
    }

    public static SesSettings from(SettingReader read) {
        return new SesSettings(read.given(TOPICS, SesSettings::topics).orElse(List.of()));
    }

    private static List<TopicArn> topics(String text) {
        return COMMA.splitAsStream(text)
                .map(String::strip)
                .filter(arn -> !arn.isEmpty())
                .map(TopicArn::parse)
                .distinct()
                .toList();
    }

    /** The topic with this name, if its messages are accepted. */
    Optional<TopicArn> topic(String arn) {
        return Stream.ofNullable(arn)
                .flatMap(name -> topics.stream().filter(topic -> topic.text().equals(name)))
                .findFirst();
    }
}
