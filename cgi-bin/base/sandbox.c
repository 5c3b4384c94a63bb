/*
 * sandbox.c: enters both mechanisms and tells what came of it. Contract in sandbox.h.
 */
#include "base/sandbox.h"
#include "base/landlock.h"
#include "base/log.h"
#include "base/seccomp.h"
#include <assert.h>
#include <sys/stat.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define VHOD_UNCONFINED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define VHOD_UNCONFINED 1
#endif

#ifdef VHOD_UNCONFINED
static const bool built_in = false;
#else
static const bool built_in = true;
#endif

bool sandbox_is_built_in(void)
{
    return built_in;
}

void sandbox_allow(struct sandbox *sandbox, const char *path, unsigned rights)
{
    assert(sandbox->count < SANDBOX_PATHS_MAX);
    sandbox->paths[sandbox->count++] = (struct sandbox_path){.path = path, .rights = rights};
}

/* What stands under the name; zeros if there is nothing. */
static struct sandbox_path look(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return (struct sandbox_path){.path = path};
    return (struct sandbox_path){.path = path, .device = status.st_dev, .inode = status.st_ino};
}

static void remember(struct sandbox *sandbox)
{
    for (size_t i = 0; i < sandbox->count; i++) {
        struct sandbox_path *path = &sandbox->paths[i], found = look(path->path);

        path->device = found.device;
        path->inode = found.inode;
    }
}

bool sandbox_is_outdated(const struct sandbox *sandbox)
{
    for (size_t i = 0; i < sandbox->count && built_in; i++) {
        const struct sandbox_path *path = &sandbox->paths[i], found = look(path->path);

        if (found.device != path->device || found.inode != path->inode)
            return true;
    }
    return false;
}

static enum err enter_landlock(const struct sandbox *sandbox)
{
    const char *missing = NULL;
    int version = landlock_version();
    enum err err;

    if (version == 0) {
        log_warning(
            "sandbox: this kernel has no Landlock; which files can be read is left to their "
            "permissions");
        return ERR_NONE;
    }
    err = landlock_enter(sandbox, version, &missing);
    if (err != ERR_NOT_FOUND)
        return err;
    log_warning("sandbox: %s is not there; which files can be read is left to their permissions "
                "until the program is started anew",
                missing);
    return ERR_NONE;
}

enum err sandbox_enter(struct sandbox *sandbox)
{
    enum err err;

    if (!built_in)
        return ERR_NONE;
    remember(sandbox);
    err = enter_landlock(sandbox);
    if (err == ERR_NONE)
        err = seccomp_enter(sandbox);
    if (err != ERR_NOT_FOUND)
        return err;
    log_warning("sandbox: this kernel has no seccomp filters; system calls are not restricted");
    return ERR_NONE;
}
