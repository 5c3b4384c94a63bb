/*
 * test_privilege.c: root becomes the owner of a folder, for good; everybody else, and root in its
 * own folder, stays who he is. Only root can try; the rest is skipped.
 */
#include "base/privilege.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/vhod-test-privilege-XXXXXX";
static const struct passwd *other; /* any user but root */

static int set_up(void **state)
{
    (void)state;
    other = getpwnam("nobody");
    return other != NULL && mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return rmdir(folder);
}

/* What act says in a process of its own; 250: it could not begin. */
static int in_child(const char *path, int (*act)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0)
        _exit(privilege_become_owner(path) == ERR_NONE ? act() : 250);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 251;
}

static int is_other_for_good(void)
{
    gid_t groups[64];
    int count = getgroups(64, groups);

    for (int i = 0; i < count; i++)
        if (groups[i] == 0)
            return 1;
    if (getuid() != other->pw_uid || geteuid() != other->pw_uid || getgid() != other->pw_gid)
        return 2;
    return setuid(0) != 0 && setgid(0) != 0 && setgroups(0, NULL) != 0 ? 0 : 3;
}

static int is_root(void)
{
    return geteuid() == 0 ? 0 : 1;
}

static void test_owner(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(in_child(folder, is_root), 0);
    assert_int_equal(chown(folder, other->pw_uid, other->pw_gid), 0);
    assert_int_equal(in_child(folder, is_other_for_good), 0);
    assert_int_equal(chown(folder, 0, 0), 0);
}

/* A user that no list of users knows: the folder's group stands for his. */
static int is_unknown(void)
{
    return getuid() == 54321 && getgid() == 54322 && getgroups(0, NULL) == 1 ? 0 : 1;
}

static void test_unknown_owner(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(chown(folder, 54321, 54322), 0);
    assert_int_equal(in_child(folder, is_unknown), 0);
    assert_int_equal(chown(folder, 0, 0), 0);
}

static int was_left_alone(void)
{
    return geteuid() == getuid() ? 0 : 1;
}

static void test_nowhere(void **state)
{
    (void)state;
    assert_int_equal(in_child("/nowhere/at/all", was_left_alone), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_owner),
                                       cmocka_unit_test(test_unknown_owner),
                                       cmocka_unit_test(test_nowhere)};

    return cmocka_run_group_tests_name("privilege", tests, set_up, tear_down);
}
