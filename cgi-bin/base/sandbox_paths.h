/*
 * sandbox_paths.h: what a confined process may still reach: the words that sandbox.h, which fills
 * and enters it, and landlock.h, which holds it, both speak.
 */
#ifndef VHOD_BASE_SANDBOX_PATHS_H
#define VHOD_BASE_SANDBOX_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum sandbox_right {
    SANDBOX_READ = 1,   /* this file, or all files below this folder */
    SANDBOX_APPEND = 2, /* likewise; in a folder new files can be made */
    SANDBOX_OPTIONAL =
        4 /* need not be there when the sandbox is entered; it is then out of reach */
};

#define SANDBOX_PATHS_MAX 12

/* What is left. Zeroed, then filled by sandbox_allow. */
struct sandbox {
    struct sandbox_path {
        const char *path; /* borrowed while the sandbox is used */
        unsigned rights;  /* of enum sandbox_right */
        dev_t device;     /* what was there when it was entered; 0 and 0: nothing */
        ino_t inode;
    } paths[SANDBOX_PATHS_MAX];
    size_t count;
    bool listens;  /* answers HTTP itself on what it takes from descriptor 0, by a library */
    bool connects; /* may make sockets and connect: for a database on another machine */
};

#endif
