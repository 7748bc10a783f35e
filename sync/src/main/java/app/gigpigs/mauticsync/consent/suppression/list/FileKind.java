package app.gigpigs.mauticsync.consent.suppression.list;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Files that are no list of lines, by what they begin with: a wrong ending of the name is common. */
final class FileKind {
    private static final String SAVE_AS_CSV = "open it in a spreadsheet and save the sheet as CSV (UTF-8)";
    private static final Pattern JSON = Pattern.compile("(?s)\\s*(?:\\[\\s*[\\[{\"\\]]|\\{\\s*[\"}]).*");
    private static final Pattern MARKUP = Pattern.compile("(?s)\\s*<(?:\\?xml|!doctype|html|table|div|!--|\\w+>).*");
    private static final Pattern SQL = Pattern.compile(
            "(?s)\\s*(?:insert into |create table |(?:--|/\\*).*\\n(?:insert into|create table|copy) ).*");
    private static final Pattern SYLK = Pattern.compile("(?s)id;p(?:wxl|calc|openoffice|scalc).*");

    private FileKind() {}

    static void check(byte[] head) {
        if (head.length == 0) {
            throw new UnusableListException("the file is empty");
        }
        binary(head);
        String text = new String(head, StandardCharsets.ISO_8859_1)
                .replace("\0", "")
                .replaceFirst("^(?:ï»¿|ÿþ|þÿ)", "")
                .toLowerCase(Locale.ROOT);
        if (text.isBlank()) {
            throw new UnusableListException("the file has no line of text");
        }
        if (JSON.matcher(text).matches()) {
            throw unusable("JSON, not CSV", "export the list as CSV, or convert it to CSV");
        }
        if (MARKUP.matcher(text).matches()) {
            throw unusable("XML or HTML, not CSV", SAVE_AS_CSV);
        }
        if (text.startsWith("begin:vcard")) {
            throw unusable("an address book (vCard), not CSV", "export it as CSV");
        }
        if (text.startsWith("{\\rtf")) {
            throw unusable("a text document (RTF), not CSV", "save it as plain text (UTF-8)");
        }
        if (SYLK.matcher(text).matches()) {
            throw unusable("a spreadsheet (SYLK), not CSV", SAVE_AS_CSV);
        }
        if (SQL.matcher(text).matches()) {
            throw unusable("a dump of a database (SQL), not CSV", "export the table as CSV");
        }
    }

    private static void binary(byte[] head) {
        if (ListText.starts(head, 'P', 'K', 3, 4) || ListText.starts(head, 'P', 'K', 5, 6)) {
            throw zip(new String(head, StandardCharsets.ISO_8859_1));
        }
        if (ListText.starts(head, 0xD0, 0xCF, 0x11, 0xE0)) {
            throw unusable("an old Excel workbook (.xls), not CSV", SAVE_AS_CSV);
        }
        if (ListText.starts(head, 0x1F, 0x8B)) {
            throw unusable("compressed (gzip)", "unpack it: gunzip FILE");
        }
        if (ListText.starts(head, 'B', 'Z', 'h')
                || ListText.starts(head, 0xFD, '7', 'z', 'X', 'Z')
                || ListText.starts(head, 0x28, 0xB5, 0x2F, 0xFD)) {
            throw unusable("compressed", "unpack it first");
        }
        if (ListText.starts(head, '7', 'z', 0xBC, 0xAF) || ListText.starts(head, 'R', 'a', 'r', '!')) {
            throw unusable("an archive", "unpack it, and import the CSV files in it one by one");
        }
        if (ListText.starts(head, '%', 'P', 'D', 'F')) {
            throw unusable("a PDF, not CSV", "export the list as CSV");
        }
        if (ListText.starts(head, 'S', 'Q', 'L', 'i', 't', 'e') || ListText.starts(head, 'P', 'A', 'R', '1')) {
            throw unusable("a database file, not CSV", "export the table as CSV");
        }
    }

    private static UnusableListException zip(String head) {
        if (head.contains("opendocument.spreadsheet")) {
            return unusable("an OpenDocument spreadsheet (.ods), not CSV", SAVE_AS_CSV);
        }
        boolean archive = head.contains(".csv") || head.contains(".txt");
        return archive
                ? unusable("a ZIP archive", "unpack it, and import the CSV files in it one by one")
                : unusable("an Excel workbook (.xlsx) or another ZIP archive, not CSV", SAVE_AS_CSV);
    }

    private static UnusableListException unusable(String kind, String fix) {
        return new UnusableListException("the file is " + kind + "; " + fix);
    }
}
