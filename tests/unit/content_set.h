/*
 * content_set.h: a small content set that has one of everything and no fault, and ways to spoil it:
 * for the tests of content/. Included once by a test program, after cmocka.h.
 */
#ifndef VHOD_TESTS_CONTENT_SET_H
#define VHOD_TESTS_CONTENT_SET_H

#include "base/buffer.h"
#include "base/file.h"
#include "content/fault.h"
#include "content/publish.h"

#include "content_kit.h"

/* --- a good content set --- */

#define REGION_AA                                                                                                    \
    "[region]\nname = Первая область\nshort = Первая\nplace = в Первой\nenglish = First\n" \
    "kind = область\ncapital = Первоград\ndistrict = Южный\ntimezone = Europe/Moscow\n"         \
    "codes = 22, 122\npostcodes = 656-658, 700\naliases = Первушка\ncontacts = school\n"                     \
    "tile = 1, 2\nchoose = Первый или старый?\n"                                                      \
    "[login.schools]\ntitle = Для школ\nurl = https://one.example/\nportal = alpha\n"                         \
    "audience = all\nvia = esia\nstatus = current\nnote = Раз\nsources = s, t\n"                                  \
    "button = Войти: школы\n"                                                                              \
    "[login.old]\ntitle = Старый\nurl = http://two.example/\nportal = alpha\naudience = parents\n"             \
    "via = both\nstatus = optional\nplain_http = нет сертификата\nnote = Два\n"                     \
    "sources = s\nchecked = 2018\nbutton = Войти: старый\n"                                               \
    "[former.1]\nurl = https://was.example/\nportal = Бывший\nuntil = 2025-08-31\n"                            \
    "replaced_by = https://one.example\nsources = s\n"

#define REGION_BB                                                                                                                 \
    "[region]\nname = Вторая область\nshort = Ёлкинская\nplace = в Ёлкинской\nenglish = Second\n" \
    "kind = область\ndistrict = Южный\ntimezone = Asia/Barnaul\ncodes = 33\npostcodes = 649\n"                        \
    "tile = 1, 3\n"

#define GUIDE                                                                                                             \
    "title: Первый шаг\nshort: Как войти.\nupdated: 2026-11-21\nsources: s\nposition: 1\n"               \
    "audience: Для всех\nneeds: Логин\nminutes: 5\nresult: Вы вошли\nportals: alpha\n"                 \
    "regions: ru-aa\ncontacts: school, help\nrelated: q/1, q/2\n\n"                                                       \
    "Начало: [вопрос](/q/1).\n\n## Откройте\n\nНажмите [сюда](https://one.example/x).\n\n" \
    "![Кнопка](figure:first-1)\n\n[адрес](vhod:address)\n\n> Не выходит? "                            \
    "[Регион](/region/ru-aa)\n\n"                                                                                   \
    "## Закройте\n\nВсё.\n"

#define QUESTION_1                                                                                           \
    "title: Что это?\nnumber: 1\nreader: staff\nshort: Ответ.\nupdated: 2026-11-21\nsources: s\n" \
    "related: first\naloud: Раз. / Два.\nsymptom: staff\n\n"                                           \
    "Подробно: [шаг](/guide/first#step-2) и [код](/questions).\n"

#define QUESTION_2                                                                                           \
    "title: Второй\nnumber: 2\nshort: Ответ.\nupdated: 2026-11-21\nsources: s\naloud: Раз. / " \
    "Два.\nsymptom: child\n\nТекст.\n"

#define QUESTION_3                                                                                                      \
    "title: Третий\nnumber: 3\nshort: Ответ для всех.\nupdated: 2026-11-21\nsources: s, t\n"          \
    "aloud: Раз. / Два.\nsymptom: child\nage: under-14, from-14\nmentions: fed\n\nДля всех.\n\n"           \
    "## В Альфе\nportals: alpha\nvia: esia\nshort: Ответ в Альфе.\naloud: Три. / Четыре.\n\n" \
    "Текст в Альфе.\n\n[адрес](vhod:address)\n\n"                                                       \
    "## По старой инструкции\nuntil: 2026-01-09\nfold: yes\n\nТак было.\n"

#define FIGURE                                                                                     \
    "<svg viewBox=\"0 0 9 9\"><use href=\"#f-window\"/><text x=\"1\">Да &amp; нет</text></svg>\n"

KIT const struct kit_file good_files[] = {
    {"regions/RU-AA.ini", REGION_AA},
    {"regions/RU-BB.ini", REGION_BB},
    {"portals/alpha.ini",
     "[portal]\nname = Альфа\nabout = Дневник.\nfederal = no\ncontacts = school\nsources = s\n"},
    {"portals/fed.ini", "[portal]\nname = Фед\nabout = Вход.\nfederal = yes\nsources = s\n"
                        "[address.main]\nwhat = Вход\nurl = https://fed.example/\nsources = s\n"},
    {"contacts/school.ini", "[contact]\nname = Школа\nabout = Всё\nposition = 1\nsources = s\n"},
    {"contacts/help.ini",
     "[contact]\nname = Помощь\nabout = Всё\nposition = 2\nphone = 8 800 550-63-73\n"
     "email = help@help.example\nurl = https://help.example/\nhours = mon-fri 09:00-18:00\n"
     "timezone = Europe/Moscow\nsources = s\n"},
    {"guides/first.md", GUIDE},
    {"questions/01-one.md", QUESTION_1},
    {"questions/02-two.md", QUESTION_2},
    {"questions/03-three.md", QUESTION_3},
    {"figures/first-1.svg", FIGURE},
    {"places.tsv", "name\tregion\tpopulation\tlatitude\tlongitude\taliases\n"
                   "Первоград\tru-aa\t600000\t53.3606\t83.7636\tПервый, Столица\n"},
    {"clients.tsv", "pattern\tclient\tsource\tchecked\nbot\trobot\town "
                    "list\t2026-11-26\npingdom\tmonitor\town list\t2026-11-26\n"},
    {"synonyms.tsv", "role\twords\nfiller\tвход, вхожу\n"},
    {"holidays.tsv", "date\twhat\tname\tsource\n01-01\toff\tНовый год\tТК\n"},
    {"sources.tsv", "id\ttitle\turl\tdate\torigin\n"
                    "s\tСводка\thttps://s.example/\t2026-09\t\n"
                    "t\tТаблица\t\t\t\n"},
    {"symptoms.tsv", "id\ttitle\nchild\tВход для ребёнка\nstaff\tДля школ\n"},
    {"troubles.tsv", "words\tquestion\ticon\nНе пускает\tq/3\tback\n"},
    {"glossary.tsv", "term\tmeaning\tavoid\nучётная запись\tЛогин и пароль.\tучётка | аккаунт\n"},
    {"vhod.ini", "[site]\nurl = https://vhod.example\n"},
};

KIT void write_good(void)
{
    write_tree(good_files, COUNT(good_files));
}

KIT int make_folder(void **state)
{
    (void)state;
    return kit_make(good_files, COUNT(good_files));
}

KIT char *read_text(const char *name)
{
    struct buffer text = BUFFER_INIT;
    char *path = data_path(name);

    assert_int_equal(file_read(&text, path, 1 << 20), ERR_NONE);
    free(path);
    return buffer_take(&text);
}

/* Puts to in the place of the first from; an empty from means the end of the file, NULL the whole
 * file. */
KIT void edit(const char *name, const char *from, const char *to)
{
    struct buffer text = BUFFER_INIT;

    if (from != NULL) {
        char *old = read_text(name);
        char *at = *from ? strstr(old, from) : old + strlen(old);

        assert_non_null(at);
        buffer_add(&text, old, (size_t)(at - old));
        buffer_puts(&text, to);
        buffer_puts(&text, at + strlen(from));
        free(old);
    } else {
        buffer_puts(&text, to);
    }
    write_bytes(name, buffer_text(&text), text.len);
    buffer_free(&text);
}

/* Runs content_check; returns all faults as text with the names of files as they are below data/.
 */
KIT char *check_text(const char *previous, enum err *err, size_t *count)
{
    struct faults *faults = NULL;
    char *data = data_path("");
    char *raw = NULL;
    size_t len = 0;
    FILE *out;
    struct buffer text = BUFFER_INIT;
    size_t prefix;

    data[strlen(data) - 1] = '\0';
    assert_int_equal(faults_new(&faults), ERR_NONE);
    *err = content_check(data, previous, faults, NULL);
    *count = faults_count(faults);
    out = open_memstream(&raw, &len);
    faults_print(faults, out);
    fclose(out);
    prefix = strlen(data) + 1;
    for (char *line = strtok(raw, "\n"); line != NULL; line = strtok(NULL, "\n"))
        buffer_printf(&text, "%s\n", strncmp(line, data, prefix - 1) == 0 ? line + prefix : line);
    free(raw);
    free(data);
    faults_free(faults);
    return buffer_take(&text);
}

/* --- one mutation, one fault --- */

KIT const char absent[] = "absent";     /* as text: the file is removed */
KIT const char a_folder[] = "a folder"; /* as text: a folder takes the file's place */

struct mutation {
    const char *file;
    const char *from; /* as in edit() */
    const char *to;
    const char *fault; /* the beginning of its line; NULL: the edit is fine */
    size_t count;      /* faults in all */
};

KIT void run_mutations(const struct mutation *mutations, size_t count)
{
    size_t failed = 0;

    for (size_t i = 0; i < count; i++) {
        const struct mutation *mutation = &mutations[i];
        size_t found;
        enum err err;
        char *text;
        char *at;
        bool begins;

        write_good();
        if (mutation->to == absent || mutation->to == a_folder)
            shell("rm -rf '%s/data/%s'", folder, mutation->file);
        if (mutation->to == a_folder)
            shell("mkdir '%s/data/%s'", folder, mutation->file);
        if (mutation->to != absent && mutation->to != a_folder)
            edit(mutation->file, mutation->from, mutation->to);
        text = check_text(NULL, &err, &found);
        at = strstr(text, mutation->fault != NULL ? mutation->fault : "");
        begins = at != NULL && (at == text || at[-1] == '\n');
        if (err != (mutation->fault != NULL ? ERR_INVALID : ERR_NONE) || !begins ||
            found != mutation->count) {
            print_error("case %zu (%s): expected \"%s\", got %zu faults:\n%s", i, mutation->file,
                        mutation->fault != NULL ? mutation->fault : "nothing", found, text);
            failed++;
        }
        free(text);
    }
    assert_int_equal(failed, 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

#endif
