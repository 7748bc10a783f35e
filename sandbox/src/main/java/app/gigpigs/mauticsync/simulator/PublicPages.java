package app.gigpigs.mauticsync.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The public pages behind the links in e-mails. */
final class PublicPages {
    private static final Pattern PIXEL = Pattern.compile("/email/([^/]+)\\.gif");
    private static final Pattern LINK = Pattern.compile("/r/([0-9a-f]+)");
    private static final Pattern UNSUBSCRIBE = Pattern.compile("/email/unsubscribe/([^/]+)(/.*)?");
    private static final Pattern RESUBSCRIBE = Pattern.compile("/email/resubscribe/([^/]+)");
    private static final Pattern STAT = Pattern.compile("s:4:\"stat\";s:\\d+:\"([^\"]+)\"");
    private static final byte[] GIF = HexFormat.of()
            .parseHex("47494638396101000100800000000000ffffff21f90405100000002c00000000010001000002020401003b");

    private final Mails mails;
    private final People people;
    private final Map<String, Redirect> byName = new HashMap<>();
    private final StatsTables tables;
    private final MauticVersion version;

    PublicPages(Mails mails, People people, StatsTables tables, MauticVersion version) {
        this.version = version;
        this.mails = mails;
        this.people = people;
        this.tables = tables;
    }

    Optional<Answer> answer(Request request) {
        if (request.path().equals("/mailer/callback")) {
            return Optional.of(Answer.html(
                    404,
                    version.hasMailerCallback()
                            ? "No email transport that could process this callback was found"
                            : "<html><title>Not Found</title></html>"));
        }
        Matcher pixel = PIXEL.matcher(request.path());
        if (pixel.matches()) {
            mails.withHash(pixel.group(1)).ifPresent(stat -> people.open(stat, request.header("User-Agent")));
            return Optional.of(new Answer(200, "image/gif", Map.of("Content-Encoding", "none"), GIF));
        }
        Matcher link = LINK.matcher(request.path());
        if (link.matches()) {
            return Optional.of(follow(link.group(1), request));
        }
        Matcher unsubscribe = UNSUBSCRIBE.matcher(request.path());
        if (unsubscribe.matches()) {
            return Optional.of(unsubscribe(unsubscribe.group(1), request.method()));
        }
        Matcher resubscribe = RESUBSCRIBE.matcher(request.path());
        if (resubscribe.matches()) {
            // The page fails because there is no theme, after the work is done (seen).
            mails.withHash(resubscribe.group(1)).ifPresent(stat -> people.resubscribe(stat.id));
            return Optional.of(Answer.html(500, "<html><title>Internal Server Error</title></html>"));
        }
        return Optional.empty();
    }

    /** The last part of the address, its hash, is not checked (seen). */
    private Answer unsubscribe(String hash, String method) {
        Optional<MailStat> stat = mails.withHash(hash);
        if (method.equals("POST")) {
            stat.ifPresent(sent -> people.oneClickUnsubscribe(sent.id));
        }
        if (method.equals("POST") && version.answersOneClickShortly()) {
            return Answer.html(200, "Unsubscribed");
        }
        if (!method.equals("POST")) {
            stat.ifPresent(sent -> people.unsubscribe(sent.id));
        }
        String who = stat.map(sent -> sent.recipient.address()).orElse("");
        return Answer.html(
                200,
                "<html><body><div>We are sorry to see you go! " + who
                        + " will no longer receive emails from us. If this was by mistake, <a href='/email/resubscribe/"
                        + hash + "'>click here to re-subscribe</a>.</div></body></html>");
    }

    private Answer follow(String name, Request request) {
        Redirect redirect = named(name);
        if (redirect == null) {
            return Answer.html(404, "<html>Page not found</html>");
        }
        String carried = request.query().getOrDefault("ct", "");
        stat(carried).ifPresent(stat -> people.click(stat, redirect, request.header("User-Agent")));
        String target = carried.isEmpty() || !version.forwardsLinkData()
                ? redirect.url
                : redirect.url + (redirect.url.contains("?") ? "&" : "?") + "ct=" + encoded(carried);
        return Answer.html(302, "<html>Redirecting to " + redirect.url + "</html>")
                .with("Location", target);
    }

    private synchronized @org.jspecify.annotations.Nullable Redirect named(String name) {
        if (!byName.containsKey(name)) {
            tables.redirects.all().forEach(redirect -> byName.put(redirect.name(), redirect));
        }
        return byName.get(name);
    }

    private Optional<MailStat> stat(String carried) {
        try {
            String serialized = new String(Base64.getDecoder().decode(carried), StandardCharsets.UTF_8);
            Matcher stat = STAT.matcher(serialized);
            return stat.find() ? mails.withHash(stat.group(1)) : Optional.empty();
        } catch (IllegalArgumentException garbage) {
            return Optional.empty();
        }
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The address of a link as the e-mail contains it. */
    static String linkPath(MailStat stat, Redirect redirect) {
        Map<String, Object> carried = new LinkedHashMap<>();
        carried.put("source", List.of(stat.origin.source(), stat.origin.sourceId()));
        carried.put("email", stat.mail.id);
        carried.put("stat", stat.hash());
        carried.put("lead", String.valueOf(stat.recipient.contactId()));
        carried.put("channel", Map.of("email", stat.mail.id));
        String ct = Base64.getEncoder().encodeToString(Php.serialize(carried).getBytes(StandardCharsets.UTF_8));
        return "/r/" + redirect.name() + "?ct=" + encoded(ct) + "&";
    }

    static String unsubscribePath(MailStat stat, MauticVersion version) {
        if (version == MauticVersion.V4_4) {
            return "/email/unsubscribe/" + stat.hash();
        }
        String address = stat.recipient.address();
        String hash = HexFormat.of().formatHex(WebhookPost.hmac(address.getBytes(StandardCharsets.UTF_8), "simulator"));
        return "/email/unsubscribe/" + stat.hash() + "/" + address + "/" + hash;
    }
}
