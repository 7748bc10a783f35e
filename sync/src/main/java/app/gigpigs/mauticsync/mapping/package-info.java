/** What a contact's fields are made of: the 21 mapped fields, segments, Mautic's place names. */
@NullMarked
package app.gigpigs.mauticsync.mapping;

import org.jspecify.annotations.NullMarked;
