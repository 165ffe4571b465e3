/**
 * Script of a slice migration that adds an optional public column of an entity: its values are taken out of `extra_columns`,
 * where an older build kept them. Nothing has to be fetched for it, and every leaf stays what it was. `name` and `table`
 * are names of the data model.
 */
export function adoptColumn(
  table: string,
  entityCode: number,
  name: string,
  type: 'integer' | 'text',
): string {
  const path = `'$."${name}"'`;
  return `
alter table "${table}" add column "${name}" ${type};
update "${table}" set "${name}" = (select json_extract(x.body, ${path}) from extra_columns x where x.entity = ${entityCode} and x.id = "${table}".id)
  where id in (select id from extra_columns where entity = ${entityCode} and json_type(body, ${path}) is not null);
update extra_columns set body = json_remove(body, ${path}) where entity = ${entityCode} and json_type(body, ${path}) is not null;
delete from extra_columns where entity = ${entityCode} and body = '{}';
`;
}
