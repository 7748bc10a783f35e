package app.gigpigs.mauticsync.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.net.ssl.SSLHandshakeException;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseFailureTest {
    /** Messages of Postgres 14 and 17, of pgbouncer 1.23 and, as its source has them, of Supavisor 2.9. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            08001 | The connection attempt failed.                                                 | DATABASE_UNREACHABLE
            08006 | An I/O error occurred while sending to the backend.                             | DATABASE_UNREACHABLE
            57P01 | FATAL: terminating connection due to administrator command                      | DATABASE_UNREACHABLE
            57P03 | FATAL: the database system is starting up                                       | DATABASE_UNREACHABLE
            28P01 | FATAL: password authentication failed for user "x"                              | DATABASE_LOGIN
            XX000 | FATAL: Tenant or user not found                                                 | DATABASE_LOGIN
            28000 | FATAL: no pg_hba.conf entry for host "10.0.0.1", user "x", no encryption        | DATABASE_TLS
            28000 | FATAL: role "x" is not permitted to log in                                      | DATABASE_LOGIN
            08004 | The server does not support SSL.                                                | DATABASE_TLS
            3D000 | FATAL: database "nobody" does not exist                                         | DATABASE_NAME
            25006 | ERROR: cannot execute INSERT in a read-only transaction                         | DATABASE_READ_ONLY
            53100 | ERROR: could not extend file "base/1/2": No space left on device                | DATABASE_FULL
            53300 | FATAL: remaining connection slots are reserved                                  | DATABASE_BUSY
            53300 | FATAL: too many connections for role "mautic_sync_service"                      | DATABASE_BUSY
            XX000 | FATAL: MaxClientsInSessionMode: max clients reached                             | DATABASE_BUSY
            08P01 | FATAL: no more connections allowed (max_client_conn)                            | DATABASE_BUSY
            08P01 | FATAL: query_wait_timeout                                                       | DATABASE_BUSY
            42P05 | ERROR: prepared statement "S_1" already exists                                  | POOLER_PREPARED_STATEMENTS
            26000 | ERROR: prepared statement "S_3" does not exist                                  | POOLER_PREPARED_STATEMENTS
            08P01 | FATAL: unsupported startup parameter in options: statement_timeout              | POOLER_PARAMETER
            42501 | ERROR: permission denied for table customer_profiles                            | DATABASE_PERMISSION
            57014 | ERROR: canceling statement due to statement timeout                             | DATABASE_TIMEOUT
            55P03 | ERROR: canceling statement due to lock timeout                                  | DATABASE_TIMEOUT
            40P01 | ERROR: deadlock detected                                                        | DATABASE_TIMEOUT
            42P01 | ERROR: relation "mautic_sync.lease" does not exist                              | NOT_MIGRATED
            42P01 | ERROR: relation "public.customers_crm_v" does not exist                         | VIEW_UNUSABLE
            42703 | ERROR: column v.city does not exist                                             | VIEW_UNUSABLE
            22003 | ERROR: integer out of range                                                     | DATABASE_ERROR
            """)
    void a_message_of_the_server_has_its_code(String state, String message, ErrorCode code) {
        Failure failure = Failure.of(new ConnectionException(new SQLException(message, state)));

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.line()).startsWith(code.id() + ": the database failed: ");
    }

    @Test
    void a_host_without_an_address_is_named() {
        SQLException failed = new SQLException("The connection attempt failed.", "08001");
        failed.initCause(new UnknownHostException("db.example.test"));

        assertThat(Failure.of(failed).line()).startsWith("MS-102: ").contains("db.example.test");
    }

    @Test
    void a_handshake_that_fails_is_about_encryption() {
        SQLException failed = new SQLException("SSL error: unable to find valid certification path", "08006");
        failed.initCause(new SSLHandshakeException("unable to find valid certification path"));

        assertThat(Failure.of(failed).code()).isEqualTo(ErrorCode.DATABASE_TLS);
    }

    @Test
    void what_else_is_thrown_is_about_a_file_or_a_defect() {
        assertThat(Failure.of(new UncheckedIOException(new IOException("/x: Permission denied"))))
                .isEqualTo(new Failure(ErrorCode.FILE, "java.io.IOException: /x: Permission denied"));
        assertThat(Failure.of(new IllegalStateException("why")).code()).isEqualTo(ErrorCode.DEFECT);
    }

    @Test
    void a_pool_that_is_used_up_is_told_from_a_server_that_is_down() {
        String pool = "mautic-sync - Connection is not available, request timed out after 5000ms (total=6, active=6)";

        assertThat(Failure.of(new ConnectionException(new SQLTransientConnectionException(pool)))
                        .code())
                .isEqualTo(ErrorCode.DATABASE_BUSY);
        assertThat(Failure.of(new ConnectionException(new SQLTransientConnectionException(
                                pool, new SQLException("The connection attempt failed.", "08001"))))
                        .code())
                .isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
    }
}
