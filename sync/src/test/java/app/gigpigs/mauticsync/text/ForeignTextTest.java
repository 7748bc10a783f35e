package app.gigpigs.mauticsync.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Notice: x in /var/www/a.php {"access_token":"s3cr3t-of-ours","expires_in":3600} | Notice: x in /var/www/a.php {"access_token":"***","expires_in":3600}
            {"client_secret" : "s3cr3t-of-ours"}                        | {"client_secret" : "***"}
            grant_type=x&client_id=s3cr3t-of-ours&client_secret=s3cr3t-of-ours&a=b | grant_type=x&client_id=***&client_secret=***&a=b
            password authentication failed; password=s3cr3t-of-ours     | password authentication failed; password=***
            &quot;refresh_token&quot;:&quot;s3cr3t-of-ours&quot;        | &quot;refresh_token&quot;:&quot;***&quot;
            Authorization: Bearer s3cr3t-of-ours                        | Authorization: ***
            authorization: Basic czNjcjN0LW9mLW91cnM= was rejected       | authorization: *** was rejected
            the header Bearer s3cr3t-of-ours is old                     | the header Bearer *** is old
            Set-Cookie: PHPSESSID=s3cr3t-of-ours; path=/                | Set-Cookie: ***; path=/
            no server at jdbc:postgresql://role:s3cr3t@of-ours@db.example:5432/postgres | no server at jdbc:postgresql://***@db.example:5432/postgres
            redirects to https://user:s3cr3t-of-ours@mautic.example/    | redirects to https://***@mautic.example/
            token 9a8b7c6d5e4f9a8b7c6d5e4f9a8b7c6d5e4f expired          | token *** expired
            """)
    void secrets_are_taken_away(String said, String shown) {
        assertThat(ForeignText.line(said)).isEqualTo(shown).doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            could not lock the row of jane.o'hara+x@mail.example.com    | could not lock the row of jane.o'(an e-mail address)
            Key (email)=(jane (home)) already exists.                   | Key (email)=(***) already exists.
            Failing row contains (12, Jane, 0412 345 678).              | Failing row contains (***).
            lock timeout [statement:"select 1", arguments:{positional:{0:jane}}] | lock timeout [statement:"select 1",
            GET /contacts?search=jane%40example.com                     | GET /contacts?search=(an e-mail address)
            """)
    void personal_data_is_taken_away(String said, String shown) {
        assertThat(ForeignText.line(said)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ERROR: relation "public.customers_crm_v" does not exist
            The connection attempt failed.
            FATAL: password authentication failed for user "mautic_sync_service"
            prepared statement "S_1" already exists
            customer 00000000-0000-4000-8000-000000000011 is removed
            This field must be unique.
            see https://mautic.example/s/config/edit and /var/www/html/app/bundles/LeadBundle/Model/LeadModel1.php
            """)
    void what_a_person_needs_stays(String said) {
        assertThat(ForeignText.line(said)).isEqualTo(said);
    }

    @Test
    void it_is_one_short_line_without_control_characters() {
        assertThat(ForeignText.line("\uFEFFa\u0000b\u001b[31m\r\n\tc ")).isEqualTo("a b [31m c");
        assertThat(ForeignText.line("x ".repeat(5000))).hasSize(301).endsWith("…");
        assertThat(ForeignText.line(null)).isEmpty();
    }

    @Test
    void a_secret_that_is_cut_off_is_not_shown_in_part() {
        assertThat(ForeignText.line("x ".repeat(140) + "{\"access_token\":\"s3cr3t-of-ours-that-goes-on\"}"))
                .doesNotContain("s3c");
    }
}
