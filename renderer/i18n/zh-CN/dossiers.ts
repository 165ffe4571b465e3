/** 一企一档. */
export const company = {
  title: '企业档案',
  absent: '本机没有该企业的证书，不代表企业无证书。数据同步后可再查。',
  'high-risk': '高危行业',
  figures: '企业指标',
  certified: '持有效证人员',
  'no-staffing': '没有从业人数',
  'staff-ok': '应配 {{required}} 人，持证率 {{rate}}',
  'staff-short': '应配 {{required}} 人，配备不足',
  holders: '持证 {{count}} 人',
  due: '90 日内应办理',
  'due-note': '7 日内 {{seven}}，30 日内 {{thirty}}',
  'at-risk': '过期或逾期',
  'not-whole': '变更记录尚未接收完整',
  'at-risk-note': '占 {{rate}}，暂停注销 {{stopped}}',
  reviews: '逾期未复审',
  'reviews-note': '待复审 {{open}}',
  list: '企业证书',
  none: '没有符合条件的证书',
  count: '共 {{count}} 条',
};
/** 一人一档. */
export const person = {
  absent: '本机没有该人员在辖区内的证书，不代表没有证书。数据同步后可再查。',
  more: '证书较多，只列出有效期最晚的 50 张。',
  employer: '现工作单位',
  'other-employers': '证书所载其他单位',
  hours: '本期学时',
  'hours-of': '{{done}} / {{required}} 学时',
  exam: '最近考核',
};
