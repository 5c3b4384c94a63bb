/*
 * form_token.c: choices, key and tokens of reports. Contract in form_token.h.
 */
#include "journal/form_token.h"
#include "base/buffer.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/base16.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define RETRY_MS   60000
#define DAYS_VALID 3 /* today and two before */
#define KEY_LEN    (DIGEST_HEX_SIZE - 1)

bool report_is_choice(const char *page, const char *choice)
{
    static const struct {
        const char *prefix, *choice;
    } choices[] = {
        {"region/", "opened"}, {"region/", "fails"},     {"region/", "wrong-portal"},
        {"guide/", "helped"},  {"guide/", "not-helped"}, {"q/", "helped"},
        {"q/", "not-helped"},
    };

    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (strncmp(page, choices[i].prefix, strlen(choices[i].prefix)) == 0 &&
            strcmp(choice, choices[i].choice) == 0)
            return true;
    return false;
}

/* --- the key --- */

static enum err read_key(struct report_key *out, const char *path)
{
    struct buffer text = BUFFER_INIT;
    enum err err = file_read(&text, path, KEY_LEN + 1);

    if (err == ERR_NONE && text.len == KEY_LEN + 1 && text.data[KEY_LEN] == '\n')
        buffer_cut(&text, KEY_LEN);
    if (err == ERR_NONE &&
        (text.len != KEY_LEN || strspn(buffer_text(&text), "0123456789abcdef") != KEY_LEN))
        err = ERR_INVALID;
    if (err == ERR_NONE)
        memcpy(out->text, text.data, KEY_LEN + 1);
    if (err == ERR_INVALID || err == ERR_LIMIT) {
        log_error("%s: is no key of 64 hex digits; delete the file, and a new one is made", path);
        err = ERR_INVALID;
    }
    buffer_free(&text);
    return err;
}

static enum err make_text(struct report_key *key)
{
    unsigned char secret[32];

    if (getrandom(secret, sizeof secret, 0) != (ssize_t)sizeof secret) {
        log_error("no random bytes for the key of reports: %s", strerror(errno));
        return ERR_SYSTEM;
    }
    digest_hex(secret, sizeof secret, key->text);
    return ERR_NONE;
}

/* Writes the key to a new file of that name. */
static enum err write_new(const struct report_key *key, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, key->text, KEY_LEN) == KEY_LEN && fsync(fd) == 0;

    if (!good)
        log_error("cannot write %s: %s; reports cannot be taken", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return good ? ERR_NONE : ERR_SYSTEM;
}

/* Written whole under another name and then linked: whoever comes second finds a whole key. */
static enum err make_key(const char *path)
{
    struct report_key key;
    char *made;
    enum err err = make_text(&key);

    if (err != ERR_NONE)
        return err;
    if (asprintf(&made, "%s.%ld", path, (long)getpid()) < 0)
        return ERR_MEMORY;
    unlink(made);
    err = write_new(&key, made);
    if (err == ERR_NONE && link(made, path) != 0 && errno != EEXIST) {
        log_error("cannot make %s: %s; reports cannot be taken", path, strerror(errno));
        err = ERR_SYSTEM;
    }
    unlink(made);
    free(made);
    return err;
}

enum err report_key_load(struct report_key *out, const char *path)
{
    enum err err = read_key(out, path);

    if (err != ERR_NOT_FOUND)
        return err;
    err = make_key(path);
    return err == ERR_NONE ? read_key(out, path) : err;
}

/* What stands under the name now, a link itself and not what it leads to. */
static struct report_key_failure look(const char *path)
{
    struct report_key_failure now = {.when = clock_monotonic_ms()};
    struct stat status;

    if (lstat(path, &status) == 0) {
        now.device = status.st_dev;
        now.inode = status.st_ino;
        now.size = status.st_size;
        now.changed = status.st_ctim;
    }
    return now;
}

static bool is_same(const struct report_key_failure *a, const struct report_key_failure *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

enum err report_key_retry(struct report_key *out, const char *path, struct report_key_failure *last)
{
    struct report_key_failure now = look(path);

    if (last->err != ERR_NONE && is_same(last, &now) &&
        (now.inode != 0 || now.when - last->when < RETRY_MS))
        return last->err;
    now.err = report_key_load(out, path);
    *last = now;
    return now.err;
}

/* --- tokens --- */

/* HMAC-SHA-256 (RFC 2104) of the day and the page, in hex. */
static void token_of(const struct report_key *key, const char *page, long day,
                     char out[static DIGEST_HEX_SIZE])
{
    struct hmac_sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char number[24];
    int len = snprintf(number, sizeof number, "%ld\n", day);

    hmac_sha256_set_key(&context, KEY_LEN, (const uint8_t *)key->text);
    hmac_sha256_update(&context, (size_t)len, (const uint8_t *)number);
    hmac_sha256_update(&context, strlen(page), (const uint8_t *)page);
    hmac_sha256_digest(&context, sizeof digest, digest);
    base16_encode_update(out, sizeof digest, digest);
    out[DIGEST_HEX_SIZE - 1] = '\0';
}

void report_token(const struct report_key *key, const char *page, time_t now,
                  char out[static DIGEST_HEX_SIZE])
{
    token_of(key, page, (long)(now / DAY_SECONDS), out);
}

/* In a time that does not depend on where they differ. */
static bool same(const char *one, const char *other)
{
    return strlen(one) == KEY_LEN && strlen(other) == KEY_LEN && memeql_sec(one, other, KEY_LEN);
}

bool report_token_valid(const struct report_key *key, const char *page, const char *token,
                        time_t now)
{
    char expected[DIGEST_HEX_SIZE];
    bool valid = false;

    for (long back = 0; back < DAYS_VALID; back++) {
        token_of(key, page, (long)(now / DAY_SECONDS) - back, expected);
        valid |= same(expected, token);
    }
    return valid;
}

time_t report_token_expires(time_t now)
{
    return (now / DAY_SECONDS + 1) * DAY_SECONDS;
}
