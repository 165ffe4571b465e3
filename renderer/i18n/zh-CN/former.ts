export const former = {
  title: '恢复前的数据',
  text: '每次从备份恢复，原有数据都会保留在本机，直至有人删除。',
  'put-aside': '{{time}} 替换',
  'by-backup': '被 {{time}} 的备份（第 {{generation}} 份）替换',
  unknown: '未记录由哪份备份替换',
  kept: '操作记录已转入现有数据',
  alone: '含别处没有的操作记录和待上报事项',
  exported: '已于 {{time}} 导出',
  export: '导出',
  'export-done': '已导出到“{{folder}}”，请送交上级平台管理人员。',
  'export-sealed': '已导出到“{{folder}}”。其中的操作记录不能用现有密钥打开，已按原样加密导出。',
  remove: '删除',
  'remove-title': '删除恢复前的数据',
  'remove-text':
    '将销毁 {{time}} 替换下来的数据（{{size}}），先销毁密钥，再清除文件。删除后无法找回。',
  'remove-alone': '这份数据含别处没有的操作记录和待上报事项，且尚未导出。建议先导出再删除。',
  sure: '确认不再需要这些记录',
};
