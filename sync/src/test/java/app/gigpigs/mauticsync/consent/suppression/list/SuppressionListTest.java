package app.gigpigs.mauticsync.consent.suppression.list;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is on a list, by what its columns and values say: Anna opted out, Bo and Cy did not. */
class SuppressionListTest {
    private static final String ANNA = "anna@example.com unsubscribed";

    @ParameterizedTest
    @CsvSource({
        "email,                Unsubscribed,          TRUE, FALSE",
        "E-Mail,               Abgemeldet,            WAHR, FALSCH",
        "E-Mail-Adresse,       Keine Werbung,         x,    ''",
        "E-Mail,               Werbewiderspruch,      ja,   nein",
        "Courriel,             Désabonné(e),          Oui,  Non",
        "Adresse e-mail,       Désinscrit,            VRAI, FAUX",
        "Correo electrónico,   Dado de baja,          Sí,   No",
        "Correo,               No enviar,             1,    0",
        "Indirizzo e-mail,     Disiscritto,           VERO, FALSO",
        "Posta elettronica,    Non contattare,        sì,   no",
        "E-mailadres,          Uitgeschreven,         ja,   nee",
        "E-mail,               Niet mailen,           J,    N",
        "E-mail,               Descadastrado,         sim,  não",
        "Correio eletrônico,   Cancelou inscrição,    Verdadeiro, Falso",
        "Email,                HasOptedOutOfEmail,    1,    0",
        "Email,                Email Opt Out,         true, false",
        "Email,                do_not_contact,        yes,  no",
        "Email,                Blacklisted,           x,    -",
        "Email,                unsubscribed_at,       2024-01-01T10:00:00Z, 0000-00-00 00:00:00",
        "Email,                Opt-out status,        Yes,  No",
        "Email,                Status,                unsubscribed, not unsubscribed",
        "Email,                unsubscribed,          1.0,  0.0",
        "Email,                unsubscribed,          -1,   0",
        "Email,                Not subscribed,        yes,  no",
        "Email,                donotbulkemail,        Yes,  No",
        "Email,                Do not allow Bulk Emails, Do Not Allow, Allow",
        "Mail,                 Ne veut plus de mails, oui,  non",
        "Correo,               No quiere correos,     sí,   no",
        "Email,                Non vuole email,       si,   no",
        "E-mail,               Wil geen mail,         ja,   nee",
        "E-mail,               Não quer receber,      sim,  não",
        // The opposite: no is the opt-out.
        "Email,                Can we email?,         no,   yes",
        "Email,                Subscribed,            no,   yes",
        "Email,                Opt-In,                0,    1",
        "Email,                Accepts Email Marketing, no, yes",
        "E-Mail,               Newsletter-Einwilligung, nein, ja",
        "E-Mail,               Werbung erlaubt,       FALSCH, WAHR",
        "Courriel,             Abonné,                non,  oui",
        "Correo,               ¿Suscrito?,            No,   Sí",
        "Email,                Iscritto,              FALSO, VERO",
        "E-mail,               Nieuwsbrief,           nee,  ja",
        "E-mail,               Inscrito,              não,  sim",
        "Email,                Not unsubscribed,      no,   yes",
    })
    void a_column_of_yes_and_no_is_understood(String email, String column, String anna, String others) {
        assertThat(read(email, column, anna, others, others))
                .singleElement()
                .asString()
                .startsWith(ANNA);
    }

    @ParameterizedTest
    @CsvSource({
        "Status,     unsubscribed,     subscribed,   never subscribed",
        "Status,     no longer subscribed, active,   pending",
        "Status,     Unsubscribed,     Active,       Unconfirmed",
        "Zustand,    abgemeldet,       angemeldet,   nicht abgemeldet",
        "Status,     nicht mehr abonniert, aktiv,    nie angemeldet",
        "Statut,     désabonné,        abonné,       non désabonné",
        "État,       désinscrit,       inscrit,      jamais inscrit",
        "Estado,     baja,             suscrito,     no dado de baja",
        "Stato,      disiscritto,      iscritto,     non disiscritto",
        "Status,     uitgeschreven,    ingeschreven, niet uitgeschreven",
        "Situação,   descadastrado,    inscrito,     não descadastrado",
        "event,      unsubscribe,      open,         click",
        "Email Marketing Consent, UNSUBSCRIBED, SUBSCRIBED, NEVER_SUBSCRIBED",
        "Werbeeinwilligung, widerrufen, erteilt,     erteilt",
        "Status,     unsubscribed,     subscribed,   not subscribed",
    })
    void a_status_is_understood_and_its_negation(String column, String anna, String bo, String cy) {
        assertThat(read("email", column, anna, bo, cy)).containsExactly(ANNA);
    }

    @ParameterizedTest
    @CsvSource({
        "Status,       on hold,        active,     active,   on hold",
        "Status,       inactive,       active,     active,   inactive",
        "Status,       not subscribed, subscribed, active,   not subscribed",
        "Status,       unsubscribed,   '',         '',       (empty)",
        "Status,       soft bounced,   active,     active,   soft bounced",
        "unsubscribed, yes,            no,         maybe,    maybe",
        "unsubscribed, '',             '',         '',       (empty)",
        "opt-in,       no,             yes,        '',       (empty)",
        "stav,         odhlášen,       aktivní,    aktivní,  odhlášen",
        "配信状況,      配信停止,        配信中,      配信中,    配信停止",
        "Foo,          VRAI,           FAUX,       FAUX,     VRAI",
        "Active,       no,             yes,        yes,      no",
        "wann,         2024-01-01,     '',         '',       (a date)",
        "tags,         unsubscribed,   vip,        vip,      vip",
        "Unsubscribe count, 3,         0,          0,        3",
        "email_disabled, true,         false,      false,    true",
        "Status,       unsubscribed,   active,     no consent, no consent",
    })
    void what_is_not_understood_is_asked_for_with_its_option(
            String column, String anna, String bo, String cy, String value) {
        assertThat(read("email", column, anna, bo, cy))
                .singleElement()
                .asString()
                .contains(
                        "nothing was imported",
                        "\"" + value + "\" (",
                        "--word \"",
                        "--ignore-column \"" + column + "\"")
                .doesNotContain("@");
    }

    @Test
    void a_person_says_what_values_and_columns_mean() {
        String text =
                "email,Status,Mood\nanna@example.com,On hold,glad\nbo@example.com,frozen,sad\ncy@example.com,,sad\n";
        Map<String, Meaning> meanings = Map.of(
                "on HOLD", Meaning.named("bounced"),
                "frozen", Meaning.named("not-opted-out"),
                "(empty)", Meaning.named("opted-out"));

        assertThat(ReadList.of(bytes(text), new ListOptions(List.of(), List.of(), meanings, Optional.empty())))
                .containsExactly("anna@example.com bounced", "cy@example.com unsubscribed");
        assertThat(ReadList.of(
                        bytes(text),
                        new ListOptions(List.of(), List.of("status", "3"), Map.of(), Optional.of(Reason.COMPLAINT))))
                .containsExactly("anna@example.com complaint", "bo@example.com complaint", "cy@example.com complaint");
        assertThat(ReadList.of(bytes(text), new ListOptions(List.of(), List.of("nothing"), Map.of(), Optional.empty())))
                .singleElement()
                .asString()
                .contains("there is no column \"nothing\"", "\"Mood\" (column 3)");
    }

    @Test
    void bounces_of_some_do_not_say_who_unsubscribed() {
        assertThat(ReadList.of("Email;activated;deactivated;bounced\n"
                        + "anna@example.com;2023-01-01;2024-01-01;0\nbo@example.com;2023-01-01;;1\n"))
                .singleElement()
                .asString()
                .contains("\"deactivated\" (column 3)", "\"(a date)\" (1)");
        assertThat(ReadList.of(
                        bytes("Email;deactivated;bounced\nanna@example.com;2024-01-01;0\nbo@example.com;;1\n"),
                        new ListOptions(
                                List.of(),
                                List.of(),
                                Map.of("(a date)", Meaning.named("opted-out")),
                                Optional.empty())))
                .containsExactly(ANNA + " 2024-01-01T00:00:00Z", "bo@example.com bounced");
    }

    @Test
    void columns_that_contradict_each_other_are_asked_for() {
        assertThat(ReadList.of("email,subscribed,unsubscribed\nanna@example.com,no,yes\nbo@example.com,no,no\n"))
                .singleElement()
                .asString()
                .contains("contradictory on 1 lines", "--ignore-column \"subscribed\"");
        assertThat(ReadList.of("email,Newsletter wine,Newsletter beer\nanna@example.com,no,yes\n"))
                .singleElement()
                .asString()
                .contains("contradictory on 1 lines");
        assertThat(ReadList.of("email,opt-in,bounced\nanna@example.com,no,no\nbo@example.com,yes,no\n"))
                .containsExactly(ANNA);
    }

    @Test
    void other_channels_and_harmless_columns_do_not_count() {
        assertThat(ReadList.of("Email,HasOptedOutOfEmail,HasOptedOutOfFax,DoNotCall,SMS opt-out,Postal mail opt-out\n"
                        + "anna@example.com,1,0,0,no,no\nbo@example.com,0,1,1,yes,yes\n"))
                .containsExactly(ANNA);
        assertThat(ReadList.of("First Name,Email,City,State,Lead Status,Lifecycle Stage,Unsubscribed\n"
                        + "Anna,anna@example.com,Perth,WA,New,lead,Y\nBo,bo@example.com,Perth,WA,Open,customer,N\n"))
                .containsExactly(ANNA);
    }

    @Test
    void a_list_of_subscribers_is_no_list_of_opt_outs() {
        assertThat(
                        ReadList.of(
                                "Email Address,OPTIN_TIME,CONFIRM_TIME\nanna@example.com,2024-01-01 10:00:00,2024-01-01 10:00:00\n"))
                .singleElement()
                .asString()
                .contains("seems to be one of subscribers", "--ignore-column \"OPTIN_TIME\"");
    }

    @Test
    void the_reason_is_kept() {
        assertThat(
                        ReadList.of(
                                "Contact,Block reason,Blocked at\na@x.com,unsubscribedViaEmail,2024-01-01\n"
                                        + "b@x.com,hardBounce,01.02.2024\nc@x.com,contactFlaggedAsSpam,1700000000\nd@x.com,adminBlocked,01/02/2024\n"))
                .containsExactly(
                        "a@x.com unsubscribed 2024-01-01T00:00:00Z",
                        "b@x.com bounced 2024-02-01T00:00:00Z",
                        "c@x.com complaint 2023-11-14T22:13:20Z",
                        "d@x.com blocked");
        assertThat(ReadList.of(
                        "email,blocked,reason\na@x.com,yes,spam complaint\nb@x.com,yes,hard bounce\nc@x.com,yes,\n"))
                .containsExactly("a@x.com complaint", "b@x.com bounced", "c@x.com unsubscribed");
        assertThat(ReadList.of("email,reason\na@x.com,never signed up\nb@x.com,552 mailbox full\nc@x.com,\n"))
                .containsExactly("a@x.com blocked", "b@x.com bounced", "c@x.com blocked");
        assertThat(ReadList.of(
                        "E-Mail;Abmeldegrund;Abmeldedatum\na@x.com;Spam-Beschwerde;13.02.2024\nb@x.com;Hardbounce;13.02.2024\n"
                                + "c@x.com;Eigener Wunsch;13.02.2024\n"))
                .containsExactly(
                        "a@x.com complaint 2024-02-13T00:00:00Z",
                        "b@x.com bounced 2024-02-13T00:00:00Z",
                        "c@x.com unsubscribed 2024-02-13T00:00:00Z");
        assertThat(ReadList.of("Bounced addresses\na@x.com\n")).containsExactly("a@x.com bounced");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "recipient,type,source,description,created\n"
                        + "a@x.com,non_transactional,Spam Complaint,,2024-01-01T00:00:00+00:00\n"
                        + "b@x.com,transactional,Bounce Rule,550: no,2024-01-01T00:00:00+00:00\n"
                        + "c@x.com,non_transactional,List Unsubscribe,,2024-01-01T00:00:00+00:00\n",
                "Email,Reason(s),Timestamp\na@x.com,MARKED_AS_SPAM,2024-01-01 00:00:00+00:00\n"
                        + "b@x.com,\"HARD_BOUNCE, USER_SUPPRESSED\",2024-01-01 00:00:00+00:00\n"
                        + "c@x.com,UNSUBSCRIBED,2024-01-01 00:00:00+00:00\n",
                "EmailAddress,SuppressionReason,Origin,CreatedAt\na@x.com,SpamComplaint,Recipient,2024-01-01\n"
                        + "b@x.com,HardBounce,Recipient,2024-01-01\nc@x.com,Unsubscribe,Recipient,2024-01-01\n",
                "Date;Adresse;Motif\n2024-01-01;a@x.com;Plainte\n2024-01-01;b@x.com;Rebond définitif\n2024-01-01;c@x.com;Désinscription\n",
                "address,error,created_at\na@x.com,spam report,\"Mon, 01 Jan 2024 00:00:00 UTC\"\n"
                        + "b@x.com,5.1.1 no such user,\"Mon, 01 Jan 2024 00:00:00 UTC\"\nc@x.com,unsubscribed,1 January 2024\n",
            })
    void suppression_lists_of_other_systems(String text) {
        assertThat(ReadList.of(text))
                .containsExactly(
                        "a@x.com complaint 2024-01-01T00:00:00Z",
                        "b@x.com bounced 2024-01-01T00:00:00Z",
                        "c@x.com unsubscribed 2024-01-01T00:00:00Z");
    }

    @Test
    void contacts_of_other_systems() {
        assertThat(
                        ReadList.of(
                                "Email Address,Subscriber Key,Status,Date Unsubscribed,Date Undeliverable\n"
                                        + "a@x.com,1,Unsubscribed,1/20/2024 10:00:00 AM,\nb@x.com,2,Active,,\nc@x.com,3,Held,,1/13/2024 3:00:00 PM\n"))
                .containsExactly("a@x.com unsubscribed 2024-01-20T10:00:00Z", "c@x.com bounced 2024-01-13T15:00:00Z");
        assertThat(ReadList.of("Email,Status,Subscribed,Unsubscribed\n"
                        + "a@x.com,unsubscribed,2023-01-01 10:00:00,2024-01-01 10:00:00\nb@x.com,active,2023-01-01 10:00:00,\n"
                        + "c@x.com,junk,2023-01-01 10:00:00,\n"))
                .containsExactly("a@x.com unsubscribed 2024-01-01T10:00:00Z", "c@x.com complaint");
        assertThat(ReadList.of("Email,Unsubscribed from all email,Opted out of email: Offers,Email hard bounce reason\n"
                        + "a@x.com,true,,\nb@x.com,false,,\nc@x.com,false,,Unknown user\n"))
                .containsExactly("a@x.com unsubscribed", "c@x.com bounced");
    }

    @Test
    void an_address_is_taken_strictly() {
        assertThat(
                        ReadList.of(
                                "email\n\u202A<A@x.com>;\u202C\n\"'mailto:b@x.com'\"\nAnn <c@x.com>\n\u200Bd@x.com\uFEFF,\n"
                                        + "e@x.com f@x.com\ng\u200B@x.com\nh@x\ni@@x.com\n\"j@x.com,k@x.com\"\nex\u0430mple@x.com\n"))
                .containsExactly(
                        "a@x.com blocked",
                        "b@x.com blocked",
                        "c@x.com blocked",
                        "d@x.com blocked",
                        "bad 6",
                        "bad 7",
                        "bad 8",
                        "bad 9",
                        "bad 10",
                        "bad 11");
    }

    @Test
    void lines_that_do_not_fit_the_header_are_named() {
        assertThat(
                        ReadList.of(
                                "email,name,unsubscribed\na@x.com,A,yes\nb@x.com\nc@x.com,C, Jr.,yes\nTotal: 3,,\nnobody,N,yes\n"))
                .containsExactly("a@x.com unsubscribed", "bad 3", "bad 4", "bad 6");
        assertThat(ReadList.of("email,note,reason\na@x.com,\"x\nb@x.com,y\nc@x.com,z\",unsubscribed\n"))
                .containsExactly("bad 2", "a@x.com unsubscribed");
        assertThat(ReadList.of("shop@x.com\nb@x.com,c\nE-mail,Reason\na@x.com,unsubscribed\n"))
                .containsExactly("bad 1", "bad 2", "a@x.com unsubscribed");
    }

    @Test
    void titles_are_left_out_and_a_header_may_be_missing() {
        assertThat(
                        ReadList.of(
                                "Export of 01.01.2024;;\nAsk help@x.com for more;;\n;;\nE-Mail;Name;Abgemeldet\na@x.com;A;ja\n"))
                .containsExactly("a@x.com unsubscribed");
        assertThat(ReadList.of("a@x.com,Unsubscribed\nb@x.com,Hard bounce\n"))
                .containsExactly("a@x.com unsubscribed", "b@x.com bounced");
        assertThat(ReadList.of("anna(at)x.com\nb@x.com\n")).containsExactly("bad 1", "b@x.com blocked");
        assertThat(ReadList.of("17;a@x.com\n1;b@x.com\n")).containsExactly("a@x.com blocked", "b@x.com blocked");
        assertThat(ReadList.of("annax.com\nb@x.com\n")).containsExactly("bad 1", "b@x.com blocked");
        assertThat(ReadList.of("People to leave alone\nb@x.com\n")).containsExactly("b@x.com blocked");
        assertThat(ReadList.of("email,reason\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252", "ISO-8859-1"})
    void encodings_delimiters_and_ends_of_lines(String encoding) {
        for (String delimiter : List.of(",", ";", "\t", "|")) {
            for (String end : List.of("\n", "\r\n", "\r")) {
                for (String before : List.of("", "sep=" + delimiter + end, "Liste de blocage" + end + end)) {
                    String text = before
                            + String.join(end, "Désabonné,Adresse électronique", "oui,a@x.com", "non,b@x.com", "")
                                    .replace(",", delimiter);
                    byte[] bytes = text.getBytes(Charset.forName(encoding));
                    assertThat(ReadList.of(bytes, ListOptions.NONE)).as(text).containsExactly("a@x.com unsubscribed");
                    byte[] marked = ("\uFEFF" + text).getBytes(Charset.forName(encoding));
                    if (encoding.startsWith("UTF")) {
                        assertThat(ReadList.of(marked, ListOptions.NONE))
                                .as(text)
                                .containsExactly("a@x.com unsubscribed");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'PK\u0003\u0004xl/workbook.xml',     Excel workbook",
        "'PK\u0003\u0004mimetypeapplication/vnd.oasis.opendocument.spreadsheet', OpenDocument",
        "'PK\u0003\u0004lists/blocked.csv',   ZIP archive",
        "'\u00D0\u00CF\u0011\u00E0',          old Excel workbook",
        "'\u001F\u008B\u0008',                gzip",
        "'%PDF-1.7',                          PDF",
        "'[{\"email\":\"a@x.com\"}]',         JSON",
        "'{\"email\":\"a@x.com\"}',           JSON",
        "'<html><table><tr><td>a@x.com',      HTML",
        "'BEGIN:VCARD',                       vCard",
        "'INSERT INTO x VALUES (''a@x.com''); insert into', SQL",
        "'a\u0000\u0000b',                    no text",
        "'',                                  is empty",
        "' ',                                 no line of text",
    })
    void a_file_that_is_no_list_is_named_as_what_it_is(String text, String kind) {
        assertThat(ReadList.of(text.getBytes(StandardCharsets.ISO_8859_1), ListOptions.NONE))
                .singleElement()
                .asString()
                .contains(kind)
                .doesNotContain("x.com");
    }

    @Test
    void the_senders_column_is_not_taken_and_several_columns_are_asked_for() {
        assertThat(ReadList.of("Absender,Empfänger,Grund\nnews@x.com,a@x.com,Abmeldung\n"))
                .containsExactly("a@x.com unsubscribed");
        assertThat(ReadList.of("From,To,Reason\nnews@x.com,a@x.com,Unsubscribed\n"))
                .containsExactly("a@x.com unsubscribed");
        assertThat(ReadList.of("Email,Email\na@x.com,a@x.com\n")).containsExactly("a@x.com blocked");
        assertThat(ReadList.of("Sender Email,Reason\nnews@x.com,Unsubscribed\n"))
                .singleElement()
                .asString()
                .contains("does not seem to be the column of those who opted out", "--email-column");
        assertThat(ReadList.of("a@x.com,b@x.com\n")).singleElement().asString().contains("--email-column 1");
    }

    private static List<String> read(String email, String column, String anna, String bo, String cy) {
        return ReadList.of("%s;%s\nanna@example.com;%s\nbo@example.com;%s\ncy@example.com;%s\n"
                .formatted(email, column, anna, bo, cy));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
