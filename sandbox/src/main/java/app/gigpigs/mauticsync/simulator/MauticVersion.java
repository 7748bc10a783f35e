package app.gigpigs.mauticsync.simulator;

import java.util.Arrays;
import java.util.Optional;

/** The versions of Mautic that can be simulated, and a table of what differs between them. */
public enum MauticVersion {
    V4_4("4.4", "4.4.10"),
    V5_1("5.1", "5.1.0"),
    V7_0("7.0", "7.0.0");

    private final String name;
    private final String header;

    MauticVersion(String name, String header) {
        this.name = name;
        this.header = header;
    }

    /** The version with this name, as 5.1. */
    public static Optional<MauticVersion> named(String name) {
        return Arrays.stream(values())
                .filter(version -> version.name.equals(name))
                .findFirst();
    }

    /** Its name, as 5.1. */
    public String shortName() {
        return name;
    }

    /** The value of the header Mautic-Version. */
    String header() {
        return header;
    }

    /** A unique value of another contact merges the two; later versions reject it. */
    boolean mergesOnEdit() {
        return this == V4_4;
    }

    /** A batch finds a contact by the id of one that was merged into it. */
    boolean batchFindsMerged() {
        return this == V7_0;
    }

    /** An id that comes twice in a batch makes a copy of the contact. */
    boolean copiesRepeated() {
        return this != V7_0;
    }

    /** A batch may be an object with names as its keys; other versions break down at the first error. */
    boolean takesNamedItems() {
        return this == V4_4;
    }

    /** A contact's dateModified is that of its creation and never changes (seen; not so for other things). */
    boolean datesCreationOnly() {
        return this == V7_0;
    }

    /** What is created has a dateModified from the beginning. */
    boolean datesCreation() {
        return this == V7_0;
    }

    /** Times keep their seconds. */
    boolean keepsSeconds() {
        return this != V5_1;
    }

    /** Calls other than PUT write numbers below one, too. */
    boolean writesZeros() {
        return this == V4_4;
    }

    /** An empty text writes zero to a number and false to a boolean. */
    boolean blankIsZero() {
        return this == V4_4;
    }

    /** Every text may have 191 characters; a longer one breaks down in fields that are not plain text. */
    boolean longTexts() {
        return this == V4_4;
    }

    /** A second do-not-contact replaces the reason, comment and time of one that is no unsubscribe. */
    boolean replacesDoNotContact() {
        return this == V7_0;
    }

    /** The answer to a single do-not-contact call shows the entry that was sent, although the old one is kept. */
    boolean answersSentDoNotContact() {
        return this != V5_1;
    }

    /** A change that changes nothing sends lead_post_save_update. */
    boolean tellsUnchanged() {
        return this == V4_4;
    }

    /** There is a trigger for segment memberships. */
    boolean tellsSegments() {
        return this != V4_4;
    }

    /** Opens by bots are counted. */
    boolean countsBots() {
        return this != V7_0;
    }

    /** A followed link appends the parameter ct to the target's address. */
    boolean forwardsLinkData() {
        return this == V5_1;
    }

    /** Links contain the time of sending. */
    boolean linksHaveSentTime() {
        return this == V7_0;
    }

    /** E-mails that are sent one by one go to contacts with do-not-contact, too. */
    boolean sendsToDoNotContact() {
        return this != V4_4;
    }

    /** The unsubscribe button's request is answered with one word, not with the page. */
    boolean answersOneClickShortly() {
        return this != V4_4;
    }

    /** A boolean field needs labels, and a select's list must be a list. */
    boolean checksFieldProperties() {
        return this == V7_0;
    }

    /** There is a limit for the number of calls. */
    boolean limitsRate() {
        return this != V7_0;
    }

    /** A wrong password is answered without a body. */
    boolean answersWrongPasswordEmpty() {
        return this == V7_0;
    }

    /** The queue keeps events that were answered with an error. */
    boolean retriesRejected() {
        return this == V7_0;
    }

    /** The answer 410 breaks down the call that caused the webhook. */
    boolean breaksDownAt410() {
        return this == V7_0;
    }

    /** Webhooks to private addresses need permission. */
    boolean checksPrivateAddresses() {
        return this == V7_0;
    }

    /** What a visitor gets when a webhook breaks down: in 4.4 an error, in 5.1 only after the unsubscribe link. */
    boolean failsForVisitors(boolean unsubscribing) {
        return this == V4_4 || (this == V5_1 && unsubscribing);
    }

    /** Names are kept as they are sent; 5.1 writes special characters as entities. */
    boolean keepsNames() {
        return this != V5_1;
    }

    /** A field's definition shows its length. */
    boolean showsLengths() {
        return this == V7_0;
    }

    /** Segments and e-mails belong to projects. */
    boolean hasProjects() {
        return this == V7_0;
    }

    /** There is an address for the reports of mail servers. */
    boolean hasMailerCallback() {
        return this != V4_4;
    }

    /** The database's errors name the statement. */
    boolean showsStatement() {
        return this == V4_4;
    }

    /** A normalized value that is not there. */
    String blank() {
        return this == V4_4 ? "null" : "\"\"";
    }

    String invalidChoice() {
        return this == V7_0 ? "The selected choice is invalid." : "This value is not valid.";
    }

    String invalidNumber() {
        return this == V7_0 ? "Please enter a number." : "This value is not valid.";
    }

    /** The end of messages about an alias that is taken. */
    String chooseAnother() {
        return "Please choose another or leave " + (this == V7_0 ? "it " : "") + "blank to have it autogenerated.";
    }
}
