package app.gigpigs.mauticsync.inbound.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.config.SettingReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicArnTest {
    @ParameterizedTest
    @CsvSource({
        "arn:aws:sns:eu-central-1:123456789012:ses, sns.eu-central-1.amazonaws.com",
        "arn:aws:sns:ap-southeast-5:123456789012:a_b-C, sns.ap-southeast-5.amazonaws.com",
        "arn:aws-us-gov:sns:us-gov-west-1:123456789012:ses, sns.us-gov-west-1.amazonaws.com",
        "arn:aws-cn:sns:cn-northwest-1:123456789012:ses, sns.cn-northwest-1.amazonaws.com.cn"
    })
    void the_region_has_one_host(String arn, String host) {
        assertThat(TopicArn.parse(arn).host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ses",
                "arn:aws:sqs:eu-central-1:123456789012:ses",
                "arn:aws:sns:eu-central-1.evil.example/:123456789012:ses",
                "arn:aws:sns:EU-CENTRAL-1:123456789012:ses",
                "arn:aws:sns:eu-central-1:1234:ses",
                "arn:aws:sns:eu-central-1:123456789012:ses:0a1b",
                "arn:aws:sns:cn-north-1:123456789012:ses",
                "arn:aws-cn:sns:eu-central-1:123456789012:ses",
                "arn:aws:sns:eu-central-1:123456789012:ses\n"
            })
    void what_is_no_topic_is_a_mistake_in_the_configuration(String arn) {
        assertThatThrownBy(() -> TopicArn.parse(arn))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is \"" + arn + "\"");
    }

    @Test
    void several_topics_are_divided_by_commas_and_a_mistake_is_told() {
        List<String> problems = new ArrayList<>();
        String one = "arn:aws:sns:eu-central-1:123456789012:one";
        String two = "arn:aws:sns:us-east-1:123456789012:two";

        SesSettings settings =
                SesSettings.from(new SettingReader(Map.of("SYNC_SES_TOPICS", one + ", " + two + ",," + one), problems));

        assertThat(settings.topics()).extracting(TopicArn::text).containsExactly(one, two);
        assertThat(problems).isEmpty();
        assertThat(SesSettings.from(new SettingReader(Map.of("SYNC_SES_TOPICS", one + ",x"), problems))
                        .topics())
                .isEmpty();
        assertThat(problems).singleElement().asString().startsWith("SYNC_SES_TOPICS is \"x\"; write the topic's ARN");
    }
}
