package app.gigpigs.mauticsync.mautic;

import java.util.Map;

/** Which permission of a Mautic role a call needs, named as on Mautic's page of roles. Pure. */
final class Permission {
    private static final Map<String, String> BY_PATH = Map.of(
            "/api/fields", "Custom fields: full",
            "/api/hooks", "Webhooks: full",
            "/api/segments", "Segments: view and edit, own and others'",
            "/api/contacts", "Contacts: view, edit (own and others') and create",
            "/api/stats", "Contacts: view own and others'",
            "/api/emails", "Emails: view own and others'");

    private Permission() {}

    static String missing(String path) {
        return BY_PATH.entrySet().stream()
                .filter(entry -> path.startsWith(entry.getKey()))
                .map(
                        entry -> "the credentials' role lacks the permission \"" + entry.getValue()
                                + "\" (Settings > Roles); credentials of the grant type Client Credentials carry the role of the administrator who created them")
                .findFirst()
                .orElse("the credentials' role lacks a permission (Settings > Roles)");
    }
}
