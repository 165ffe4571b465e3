export const template = {
  title: '导出模板',
  columns: '{{count}} 项内容',
  'masking-standard': '按规定遮盖',
  'masking-strict': '从严遮盖（姓名只留首字，号码只留末四位）',
  list: '报告附清单',
  'no-list': '报告只作汇总',
  'records-merged': '一证一页，合为一个 PDF',
  'records-each': '一证一个 PDF 文件',
  rows: '最多 {{count}} 条',
  recipient: '须加密给接收人',
};
