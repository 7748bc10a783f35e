package app.gigpigs.mauticsync.monitor;

import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Sends mails. */
final class MailChannel implements AlertChannel {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final MailSettings settings;
    private final URI mautic;

    MailChannel(MailSettings settings, URI mautic) {
        this.settings = settings;
        this.mautic = mautic;
    }

    @Override
    public String name() {
        return "SYNC_ALERT_SMTP";
    }

    @Override
    public void send(Alert alert) throws IOException {
        try {
            MimeMessage mail = new MimeMessage(session());
            mail.setFrom(new InternetAddress(settings.from(), true));
            for (String to : settings.to()) {
                mail.addRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
            }
            mail.setSubject(alert.subject(), StandardCharsets.UTF_8.name());
            mail.setText(alert.text(mautic) + "\n", StandardCharsets.UTF_8.name());
            mail.setSentDate(Date.from(alert.since()));
            Transport.send(mail);
        } catch (MessagingException e) {
            // The server's own message may repeat the login.
            throw new IOException("the mail was not taken (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private Session session() {
        URI server = settings.server();
        boolean encrypted = "smtps".equals(server.getScheme());
        String @Nullable [] login = login(server);
        String protocol = encrypted ? "smtps" : "smtp";
        Properties properties = new Properties();
        properties.put("mail.transport.protocol", protocol);
        properties.put("mail.transport.protocol.rfc822", protocol);
        String prefix = "mail." + protocol + ".";
        properties.put(prefix + "host", server.getHost());
        properties.put(prefix + "port", String.valueOf(port(server, encrypted)));
        properties.put(prefix + "ssl.checkserveridentity", "true");
        properties.put(prefix + "starttls.enable", "true");
        // A password must not be sent in the clear because somebody between removed STARTTLS.
        properties.put(prefix + "starttls.required", String.valueOf(!encrypted && login != null));
        properties.put(prefix + "auth", String.valueOf(login != null));
        for (String time : new String[] {"connectiontimeout", "timeout", "writetimeout"}) {
            properties.put(prefix + time, String.valueOf(LONGEST.toMillis()));
        }
        return login == null
                ? Session.getInstance(properties)
                : Session.getInstance(properties, new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return new PasswordAuthentication(login[0], login[1]);
                    }
                });
    }

    private static int port(URI server, boolean encrypted) {
        return server.getPort() >= 0 ? server.getPort() : encrypted ? 465 : 587;
    }

    private static String @Nullable [] login(URI server) {
        String info = server.getUserInfo();
        if (info == null) {
            return null;
        }
        int divided = info.indexOf(':');
        return divided < 0
                ? new String[] {info, ""}
                : new String[] {info.substring(0, divided), info.substring(divided + 1)};
    }
}
