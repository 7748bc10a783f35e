package app.gigpigs.mauticsync.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseUrlTest {
    /** The driver itself knows no login before the host, takes it for the host's name, and shows it. */
    @ParameterizedTest
    @CsvSource({
        "postgres://role:p%40ss@db.example:6543/crm, jdbc:postgresql://db.example:6543/crm, role, p@ss",
        "jdbc:postgresql://role:p%40ss@db.example:6543/crm, jdbc:postgresql://db.example:6543/crm, role, p@ss",
        "jdbc:postgresql://role:secret@db.example, jdbc:postgresql://db.example/postgres, role, secret",
        "jdbc:postgresql://db.example/crm?user=a@b, jdbc:postgresql://db.example/crm?user=a@b, ,",
        "jdbc:postgresql:crm, jdbc:postgresql:crm, ,"
    })
    void a_login_is_read_from_a_url_and_does_not_stay_in_it(String url, String jdbc, String user, String password) {
        assertThat(DatabaseUrl.parse(url)).isEqualTo(new DatabaseUrl(jdbc, user, password));
    }
}
