/** A small HTTP server that stands attacks: bounded connections, bytes and time, and no work before a request is whole. */
@NullMarked
package app.gigpigs.mauticsync.http;

import org.jspecify.annotations.NullMarked;
