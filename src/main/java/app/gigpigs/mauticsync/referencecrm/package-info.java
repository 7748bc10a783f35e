/** The CRM that the demo and the tests sync: a user's own CRM takes its place in real life. */
@NullMarked
package app.gigpigs.mauticsync.referencecrm;

import org.jspecify.annotations.NullMarked;
