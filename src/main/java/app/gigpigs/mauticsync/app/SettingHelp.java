package app.gigpigs.mauticsync.app;

import java.util.Map;

/** What a missing variable is for. */
final class SettingHelp {
    private static final Map<String, String> TEXTS = Map.of(
            Config.DATABASE,
            "the CRM's database as the role mautic_sync_service, for example postgres://mautic_sync_service:password@host:5432/postgres",
            Config.URL,
            "where Mautic is, for example https://mautic.example.com",
            Config.CLIENT_ID,
            "Mautic shows it under Settings > API Credentials (grant type: client credentials)",
            Config.CLIENT_SECRET,
            "Mautic shows it under Settings > API Credentials (grant type: client credentials)");

    private SettingHelp() {}

    static String of(String name) {
        return TEXTS.getOrDefault(name, "see docs/operations.md");
    }
}
