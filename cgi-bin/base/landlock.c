/*
 * landlock.c: contract in landlock.h. There is no library for it in Debian: three system calls and
 * two structures. The constants stand here, because the headers of Debian 12 know version 2 only,
 * while its backported kernels and Debian 13's know more.
 */
#include "base/landlock.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- the kernel's interface, include/uapi/linux/landlock.h --- */

struct ruleset_attributes {
    uint64_t files;   /* since 1 */
    uint64_t network; /* since 4 */
    uint64_t scoped;  /* since 6 */
};

struct path_rule {
    uint64_t rights;
    int32_t folder;
} __attribute__((packed));

enum { RULE_PATH = 1, CREATE_VERSION = 1 };

enum file_right {
    FILE_EXECUTE = 1 << 0,
    FILE_WRITE = 1 << 1,
    FILE_READ = 1 << 2,
    FILE_MAKE = 1 << 8,
    FILES_OF_1 = (1 << 13) - 1,
    FILE_REFER = 1 << 13,    /* since 2: link or rename into another folder */
    FILE_TRUNCATE = 1 << 14, /* since 3 */
    FILE_IOCTL = 1 << 15     /* since 5 */
};

enum network_right { NETWORK_BIND = 1 << 0, NETWORK_CONNECT = 1 << 1 };

enum scope { SCOPE_ABSTRACT_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 };

/* --- from our words to the kernel's --- */

static uint64_t file_rights(int version)
{
    uint64_t rights = FILES_OF_1;

    if (version >= 2)
        rights |= FILE_REFER;
    if (version >= 3)
        rights |= FILE_TRUNCATE;
    if (version >= 5)
        rights |= FILE_IOCTL;
    return rights;
}

/* What a rule leaves. New files can be made in folders only, and a file's rule must not say so. */
static uint64_t rights_of(const struct sandbox_path *path, bool is_folder)
{
    uint64_t rights = 0;

    if ((path->rights & SANDBOX_READ) != 0)
        rights |= FILE_READ;
    if ((path->rights & SANDBOX_APPEND) != 0)
        rights |= FILE_WRITE | (is_folder ? FILE_MAKE : 0u);
    return rights;
}

static int create_ruleset(const struct sandbox *sandbox, int version)
{
    struct ruleset_attributes attributes = {.files = file_rights(version)};
    size_t size = sizeof attributes.files;

    if (version >= 4) {
        attributes.network = NETWORK_BIND | (sandbox->connects ? 0u : NETWORK_CONNECT);
        size += sizeof attributes.network;
    }
    if (version >= 6) {
        attributes.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
        size += sizeof attributes.scoped;
    }
    return (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
}

static enum err failed(const char *what)
{
    log_error("sandbox: landlock: %s: %s", what, strerror(errno));
    return ERR_SYSTEM;
}

/* What cannot be opened for other reasons than that it is missing (a folder without the right to
 * look into) cannot be used either, and is told as missing. */
static enum err add_rule(int ruleset, const struct sandbox_path *path)
{
    struct path_rule rule = {.folder = open(path->path, O_PATH | O_CLOEXEC)};
    struct stat status;
    enum err err = ERR_NONE;

    if (rule.folder < 0)
        return (path->rights & SANDBOX_OPTIONAL) != 0 ? ERR_NONE : ERR_NOT_FOUND;
    if (fstat(rule.folder, &status) != 0)
        err = failed(path->path);
    rule.rights = err == ERR_NONE ? rights_of(path, S_ISDIR(status.st_mode)) : 0;
    if (err == ERR_NONE && syscall(SYS_landlock_add_rule, ruleset, RULE_PATH, &rule, 0) != 0)
        err = failed(path->path);
    close(rule.folder);
    return err;
}

int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);

    return version > 0 ? (int)version : 0;
}

enum err landlock_enter(const struct sandbox *sandbox, int version, const char **missing)
{
    int ruleset = create_ruleset(sandbox, version);
    enum err err = ruleset >= 0 ? ERR_NONE : failed("creating the rules");

    for (size_t i = 0; i < sandbox->count && err == ERR_NONE; i++) {
        err = add_rule(ruleset, &sandbox->paths[i]);
        if (err == ERR_NOT_FOUND)
            *missing = sandbox->paths[i].path;
    }
    if (err == ERR_NONE && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        err = failed("giving up new privileges");
    if (err == ERR_NONE && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        err = failed("entering");
    if (ruleset >= 0)
        close(ruleset);
    return err;
}
