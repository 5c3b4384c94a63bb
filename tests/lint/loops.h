/* loops.h: the loop macros of libraries whose headers cppcheck does not read (tests/lint/run.sh).
 */
#define json_array_foreach(array, index, value)                                                    \
    for (index = 0; index < json_array_size(array) && (value = json_array_get(array, index));      \
         index++)
#define json_object_foreach(object, key, value)                                                    \
    for (key = first(object); key && (value = at(key)); key = next(object, key))
#define TAILQ_FOREACH(entry, head, field)                                                          \
    for (entry = (head)->tqh_first; entry; entry = entry->field.tqe_next)
