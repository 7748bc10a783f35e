package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.db.DatabaseUrl;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTest {
    private static final Map<String, String> GOOD = Map.of(
            "SUPABASE_DB_URL",
                    "postgres://mautic_sync_service.ref:p%40ss%2Bword@db.example.com:6543/postgres?sslmode=require",
            "MAUTIC_URL", "https://mautic.example.com/",
            "MAUTIC_CLIENT_ID", "1_abc",
            "MAUTIC_CLIENT_SECRET", "hush");

    private static Config with(String name, String value) {
        Map<String, String> environment = new HashMap<>(GOOD);
        environment.put(name, value);
        return new Config(environment);
    }

    @Test
    void a_supabase_url_becomes_jdbc_with_user_and_password_decoded() {
        DatabaseUrl url = new Config(GOOD).sync().database();

        assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db.example.com:6543/postgres?sslmode=require");
        assertThat(url.user()).isEqualTo("mautic_sync_service.ref");
        assertThat(url.password()).isEqualTo("p@ss+word");
        assertThat(url.toString()).doesNotContain("p@ss");
    }

    @Test
    void a_jdbc_url_is_taken_as_it_is() {
        String jdbc = "jdbc:postgresql://localhost/crm?user=u&password=p";

        DatabaseUrl url = with("SUPABASE_DB_URL", jdbc).sync().database();

        assertThat(url.jdbc()).isEqualTo(jdbc);
        assertThat(url.toString()).doesNotContain("=p\"").contains("***");
    }

    @Test
    void all_mistakes_are_told_at_once_and_no_secret_is() {
        Map<String, String> bad = Map.of(
                "SUPABASE_DB_URL", "mysql://root:topsecret@host/db",
                "MAUTIC_URL", "mautic.local",
                "SYNC_BATCH_SIZE", "many",
                "SYNC_LANES", "0",
                "SYNC_SETTLE", "soon");

        assertThatThrownBy(() -> new Config(bad).sync())
                .isInstanceOf(Config.ConfigException.class)
                .hasMessageContaining("SUPABASE_DB_URL must start with postgres://")
                .hasMessageContaining(
                        "MAUTIC_URL is \"mautic.local\"; write it with its scheme, for example https://mautic.local")
                .hasMessageContaining("MAUTIC_CLIENT_ID is not set")
                .hasMessageContaining("MAUTIC_CLIENT_SECRET is not set")
                .hasMessageContaining("SYNC_BATCH_SIZE is \"many\"")
                .hasMessageContaining("SYNC_LANES is 0")
                .hasMessageContaining("SYNC_SETTLE is \"soon\"")
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void a_password_that_is_not_percent_encoded_is_explained_without_being_shown() {
        assertThatThrownBy(() ->
                        with("SUPABASE_DB_URL", "postgres://u:pa#ss@host/db").sync())
                .hasMessageContaining("percent-encode")
                .hasMessageNotContaining("pa#ss");
    }

    @Test
    void times_are_written_as_people_write_them() {
        assertThat(with("SYNC_SETTLE", "90s").sync().run().settle()).isEqualTo(Duration.ofSeconds(90));
        assertThat(with("SYNC_BATCH_PAUSE", "500ms").sync().run().pauseBetweenBatches())
                .isEqualTo(Duration.ofMillis(500));
        assertThat(with("MAUTIC_REQUEST_TIMEOUT", "PT3M").sync().mautic().requestTimeout())
                .isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void the_owners_login_is_the_services_when_there_is_no_other() {
        assertThat(new Config(GOOD).admin().user()).isEqualTo("mautic_sync_service.ref");
        assertThat(with("SUPABASE_ADMIN_DB_URL", "postgres://postgres:x@host/db")
                        .admin()
                        .user())
                .isEqualTo("postgres");
    }
}
