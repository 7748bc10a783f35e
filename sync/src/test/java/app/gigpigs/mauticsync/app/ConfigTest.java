package app.gigpigs.mauticsync.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.config.ConfigException;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.SegmentMap;
import app.gigpigs.mauticsync.mautic.Credentials;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void all_mistakes_are_reported_at_once_without_secrets() {
        Map<String, String> bad = Map.of(
                "SUPABASE_DB_URL", "mysql://root:topsecret@host/db",
                "MAUTIC_URL", "mautic.local",
                "SYNC_BATCH_SIZE", "many",
                "SYNC_CONCURRENCY", "0",
                "SYNC_UNKNOWN_OUTCOME_WAIT", "soon");

        assertThatThrownBy(() -> new Config(bad).sync())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("SUPABASE_DB_URL must start with postgres://")
                .hasMessageContaining(
                        "MAUTIC_URL is \"mautic.local\"; write it with its scheme, for example https://mautic.local")
                .hasMessageContaining("MAUTIC_CLIENT_ID is not set")
                .hasMessageContaining("MAUTIC_CLIENT_SECRET is not set")
                .hasMessageContaining("SYNC_BATCH_SIZE is \"many\"")
                .hasMessageContaining("SYNC_CONCURRENCY is 0")
                .hasMessageContaining("SYNC_UNKNOWN_OUTCOME_WAIT is \"soon\"")
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
        assertThat(with("SYNC_UNKNOWN_OUTCOME_WAIT", "90s").sync().outbound().unknownOutcomeWait())
                .isEqualTo(Duration.ofSeconds(90));
        assertThat(with("SYNC_BATCH_PAUSE", "500ms").sync().outbound().push().pauseBetweenBatches())
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

    @Test
    void a_file_changes_the_mapping_and_the_rest_stays_the_original_designs(@TempDir Path folder) throws IOException {
        Mapping mapping = file(folder, """
                crm:
                  view: crm.Customers
                  segments-column: groups
                  profiles: {table: people, id: person_id, opt-in: newsletter}
                fields:
                  firstname: given_name
                  phone: off
                  birthday: {column: born_on, kind: datetime}
                segments:
                  vip: Best Friends
                  gold: {name: Gold, alias: gold-members}
                  inactive: off
                settings:
                  batch-size: 50
                """).sync().outbound().mapping();

        assertThat(mapping.crm().view().sql()).isEqualTo("\"crm\".\"Customers\"");
        assertThat(mapping.crm().profiles().table()).hasToString("public.people");
        assertThat(mapping.crm().profiles().id()).isEqualTo("person_id");
        assertThat(mapping.fields().column("firstname")).isEqualTo("given_name");
        assertThat(mapping.fields().column("lastname")).isEqualTo("last_name");
        assertThat(mapping.fields().fields())
                .contains(new MappedField("born_on", "birthday", FieldKind.DATETIME))
                .noneMatch(field -> field.alias().equals("phone"));
        assertThat(mapping.segments().column()).isEqualTo("groups");
        assertThat(mapping.segments().names())
                .containsEntry("vip", new SegmentMap.MauticName("Best Friends", "best-friends"))
                .containsEntry("gold", new SegmentMap.MauticName("Gold", "gold-members"))
                .containsKey("new")
                .doesNotContainKey("inactive");
        assertThat(mapping.fingerprint()).isNotEqualTo(Mapping.DEFAULT.fingerprint());
    }

    @Test
    void the_environment_wins_over_the_file(@TempDir Path folder) throws IOException {
        Config config = file(
                folder,
                "settings: {batch-size: 50, concurrency: 3, unknown-outcome-wait: 90s}",
                Map.of("SYNC_CONCURRENCY", "4"));

        assertThat(config.sync().outbound().push().batchSize()).isEqualTo(50);
        assertThat(config.sync().outbound().push().concurrency()).hasValue(4);
        assertThat(config.sync().outbound().unknownOutcomeWait()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void every_mistake_of_a_file_is_reported_with_its_fix(@TempDir Path folder) throws IOException {
        Config config = file(folder, """
                crm: {viw: x, profiles: {table: a.b.c}}
                fields:
                  birthday: {column: born, kind: date}
                  email: off
                settings: {batch-sise: 3, concurrency: many}
                """);

        assertThatThrownBy(config::sync)
                .hasMessageContaining("there is no \"crm.viw\"; known here: emails, profiles, segments-column, view")
                .hasMessageContaining("crm.profiles.table is \"a.b.c\"; write it as schema.name")
                .hasMessageContaining("fields.birthday.kind is \"date\"; it must be one of email, id, text")
                .hasMessageContaining("the mapping needs Mautic's field email")
                .hasMessageContaining("there is no \"settings.batch-sise\"")
                .hasMessageContaining("SYNC_CONCURRENCY is \"many\"");
    }

    @Test
    void a_name_with_a_quote_never_reaches_the_sql(@TempDir Path folder) throws IOException {
        assertThatThrownBy(file(folder, "fields: {firstname: 'a\"; drop table x; --'}")::sync)
                .hasMessageContaining("a name begins with a letter");
    }

    @Test
    void a_file_that_is_no_yaml_or_not_there_is_named(@TempDir Path folder) throws IOException {
        assertThatThrownBy(file(folder, "fields: [")::sync).hasMessageContaining("sync.yaml line 1 is no YAML");
        assertThatThrownBy(with("MAUTIC_SYNC_CONFIG", folder + "/none.yaml")::sync)
                .hasMessageContaining("none.yaml cannot be read");
    }

    @Test
    void a_user_and_password_are_taken_instead_of_credentials_but_not_beside_them() {
        Map<String, String> basic = new HashMap<>(GOOD);
        basic.put("MAUTIC_USERNAME", "sync");
        basic.put("MAUTIC_PASSWORD", "hush");
        assertThatThrownBy(() -> new Config(basic).sync()).hasMessageContaining("keep one pair");
        basic.remove("MAUTIC_CLIENT_ID");
        basic.remove("MAUTIC_CLIENT_SECRET");

        assertThat(new Config(basic).sync().mautic().credentials()).isEqualTo(new Credentials.Basic("sync", "hush"));
        assertThat(new Config(basic).sync().mautic().toString()).doesNotContain("hush");
    }

    /** Editors check the file as it is written; the schema must allow what is read, and nothing else; ConfigurationDocumentTest compares its keys. */
    @Test
    void the_schema_for_editors_accepts_the_example_and_rejects_unknown_keys(@TempDir Path folder) throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("docs/mautic-sync.schema.json").toFile());
        String example = Files.readString(Path.of("docs/mautic-sync.example.yaml"));
        assertThat(file(folder, example).sync()).isNotNull();
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        Schema compiled = registry.getSchema(schema);
        assertThat(compiled.validate(new YAMLMapper().readTree(example))).isEmpty();
        assertThat(compiled.validate(new YAMLMapper().readTree("crm: {viw: x}")))
                .isNotEmpty();
    }

    private static Config file(Path folder, String yaml) throws IOException {
        return file(folder, yaml, Map.of());
    }

    private static Config file(Path folder, String yaml, Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>(GOOD);
        environment.putAll(more);
        environment.put(
                "MAUTIC_SYNC_CONFIG",
                Files.writeString(folder.resolve("sync.yaml"), yaml).toString());
        return new Config(environment);
    }
}
