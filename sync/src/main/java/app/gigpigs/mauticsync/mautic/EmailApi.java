package app.gigpigs.mauticsync.mautic;

import java.util.Optional;

/** The e-mails that Mautic sends. */
public final class EmailApi {
    private final ApiCalls calls;

    EmailApi(ApiCalls calls) {
        this.calls = calls;
    }

    /** An e-mail by its id; empty when Mautic has none. */
    public Optional<Email> byId(long id) {
        return calls.jsonIfFound("GET", "/api/emails/" + id)
                .map(answer -> answer.path("email"))
                .map(email -> new Email(
                        id, email.path("name").asText(""), email.path("subject").asText("")));
    }
}
