package app.gigpigs.mauticsync.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.testing.Postgres;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key of a customer: its text, its order, and how the database takes it. */
class CustomerIdTest {
    private static final CustomerId LOW = new CustomerId("123e4567-e89b-42d3-a456-426614174000");
    /** Its first bit is set, which Java's order of UUIDs takes for a minus sign. */
    private static final CustomerId HIGH = new CustomerId("f23e4567-e89b-42d3-a456-426614174000");

    @Test
    void isWrittenAsPostgresWritesIt() {
        assertThat(CustomerId.parse("123E4567-E89B-42D3-A456-426614174000")).isEqualTo(LOW);
        assertThat(CustomerId.of(UUID.fromString("123E4567-e89b-42d3-a456-426614174000")))
                .isEqualTo(LOW)
                .hasToString("123e4567-e89b-42d3-a456-426614174000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "1-1-1-1-1",
                "123e4567-e89b-42d3-a456-42661417400",
                "123e4567-e89b-42d3-a456-4266141740000",
                "123e4567-e89b-42d3-a456-42661417400g",
                "123e4567ae89b-42d3-a456-426614174000",
                "-23e4567-e89b-42d3-a456-426614174000",
                " 123e4567-e89b-42d3-a456-42661417400"
            })
    void nothingElseIsAnId(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CustomerId.parse(text))
                .withMessage("\"%s\" is no customer's id, such as 123e4567-e89b-42d3-a456-426614174000", text);
    }

    @Test
    void onlyParsingTakesCapitals() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CustomerId("123E4567-E89B-42D3-A456-426614174000"));
    }

    @Test
    void isPlainTextInJson() throws JsonProcessingException {
        assertThat(new ObjectMapper().writeValueAsString(Map.of(LOW, List.of(HIGH))))
                .isEqualTo("{\"" + LOW + "\":[\"" + HIGH + "\"]}");
    }

    @Test
    void theDatabaseTakesOneOrManyAndOrdersThemAlike() {
        try (Database database = Postgres.open(Postgres.emptyDatabase())) {
            database.jdbi().useHandle(handle -> {
                handle.execute("create temp table t (id uuid)");
                for (CustomerId id : List.of(HIGH, LOW)) {
                    handle.execute("insert into t values (?)", id);
                }
                assertThat(handle.createQuery("select id from t where id = :id")
                                .bind("id", HIGH)
                                .mapTo(CustomerId.class)
                                .list())
                        .containsExactly(HIGH);
                assertThat(handle.createQuery("select id from t where id = any(:ids) order by id")
                                .bind("ids", new CustomerId[] {HIGH, LOW})
                                .mapTo(CustomerId.class)
                                .list())
                        .containsExactly(LOW, HIGH)
                        .isSorted();
                assertThat(handle.createQuery("select unnest(cast(:ids as uuid[]))")
                                .bindArray("ids", CustomerId.class, Arrays.asList(LOW, null))
                                .mapTo(CustomerId.class)
                                .list())
                        .containsExactly(LOW, null);
            });
        }
    }
}
