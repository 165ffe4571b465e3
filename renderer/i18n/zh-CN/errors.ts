/** What happened, what was kept, what to do; one wording for each code of shared/errors. */
export const errors = {
  INTERNAL: '程序出现故障，数据未受影响。请重试；仍不成功时，请将编号报给系统管理员。',
  INPUT_INVALID: '填写的内容不符合要求（{{field}}），未作任何改动。请更正后再试。',
  FORBIDDEN:
    '您的岗位或辖区不允许此操作，未显示任何记录，本次操作已记入日志。需要时请联系科室负责人。',
  LOCKED: '本机已锁定，已填内容未提交。请解锁后再试。',
  CANCELLED: '已取消，未作任何改动。需要时可重新开始。',
  BUSY: '同一工作正在进行，原有进度保留。请等待完成或先取消。',
  FILE_UNREADABLE: '无法读取文件 {{name}}，原文件未改动。请换一份副本。',
  FILE_NEEDS_FOLDER:
    '{{name}} 是旁边几个文件的签名，请用“选择”按钮打开，程序会一并读取同一文件夹中的文件。',
  FILE_TOO_LARGE: '文件 {{name}} 超过 {{limitMb}} MB，未读取。请选择较小的文件。',
  DISK_FULL: '磁盘空间不足，还需 {{neededMb}} MB。此前写入的内容已保留，请清理空间后重试。',
  DISK_READ_ONLY: '数据文件夹不能写入，原有数据未改动。请联系系统管理员授予写权限。',
  PROGRAM_ALTERED:
    '程序文件 {{file}} 与发布时不一致，未打开任何数据，数据未改动。请用发布介质重新安装。',
  FALLBACK_RESTRICTED: '备用运行环境仅限练习和测试，未进行此操作。请使用正式发布的程序。',
  CONTROL_NO_KEY: '本机登记时没有建立控制通道，上级指令不能在锁定时送达。重新登记后即可使用。',
  LEASE_FILE_MALFORMED: '文件 {{name}} 不是续期文件，未作改动。请选择上级平台为本机出具的文件。',
  LEASE_FILE_FORGED: '文件 {{name}} 的签名不是本单位服务器所签，未续期。请勿使用，并上报文件来源。',
  LEASE_FILE_OTHER_OFFICE: '续期文件属于其他单位（{{office}}），未续期。请选择本单位的文件。',
  LEASE_FILE_OTHER_DEVICE: '续期文件属于其他设备（{{device}}），未续期。请选择本机的文件。',
  LEASE_FILE_OLDER: '续期文件不比现有许可新，未续期。请向上级平台申请新的文件。',
  LEASE_FILE_ENDED:
    '续期文件中的许可已到期，未续期。请申请新的文件；本机时钟曾经不准的，请联网一次校正。',
  ENROL_CODE_MALFORMED: '登记码校验不符，未连接服务器。请按登记单重新输入。',
  ENROL_CODE_REFUSED:
    '服务器不认可此登记码，或该码已使用，本机未登记。请向上级管理员申请新的登记码。',
  ENROL_CODE_EXPIRED: '登记码已于 {{expired}} 过期，本机未登记。请申请新的登记码。',
  ENROL_SERVER_MISMATCH:
    '服务器证书与登记码不符，已停止登记，未发送任何资料。请勿继续，并与管理员核对地址。',
  ENROL_NOT_MANAGED:
    '本机由管理员指定了登记的服务器，当前地址或其证书与指定的不一致。请联系系统管理员。',
  ENROL_MANAGED_FAULTY:
    '本机的管理员配置无法使用（{{fields}}），不能确定应登记的服务器，本机未登记。请系统管理员改正后重新启动程序。',
  ENROL_UNREACHABLE: '地址 {{address}} 没有应答，本机未登记。请检查网络和地址后重试。',
  ENROL_NO_KEY_STORE:
    '系统没有可用的密钥库，无法把密钥绑定到本机，未登记任何内容。请管理员启用系统密钥环后再登记。',
  ENROL_TOKEN_NEEDED:
    '本单位要求同时使用 U-Key。请插入 U-Key，选择证书并输入 PIN 后重试；登记码、恢复密钥仍可使用。',
  TOKEN_ATTACHED: '您的登录已绑定 U-Key。如需更换，请先解除现有绑定；U-Key 遗失时请使用恢复密钥。',
  TOKEN_REQUIRED: '按规定不能解除 U-Key 绑定。如有疑问，请联系安全管理员。',
  ENROL_ALREADY: '本机已登记单位，原有数据未改动。请使用现有单位。',
  KEYSLOTS_DAMAGED: '密钥文件损坏或被改动，数据文件未受影响。请从备份恢复密钥文件。',
  KEYSLOTS_OUTDATED:
    '工号 {{badge}} 的人员尚未用本版本登录，暂不能更换密钥，未作改动。请本人登录一次，或移除该人员后重试。',
  STATEMENT_INVALID:
    '岗位或离线许可凭证未通过核验，数据未受影响。请先同步；仍不成功时联系安全管理员。',
  LEASE_ENDED: '离线时间超过许可，数据已保留但暂不能查看。请联网同步或用 U 盘续期。',
  PERSON_UNKNOWN: '工号 {{badge}} 没有有效的岗位授权，或未在本机开通，未作改动。请同步后再试。',
  PERSON_EXISTS: '工号 {{badge}} 已在本机开通，未作改动。忘记密码时请使用恢复密钥。',
  PERSON_KEYS_MISSING:
    '当前岗位不持有工号 {{badge}} 所需的密钥，未作改动。请由同类岗位人员添加，或使用恢复密钥。',
  PERSON_LAST:
    '移除工号 {{badge}} 后本机将无人可以查询证书，未作改动。请先添加其他人员或交付恢复密钥。',
  PERSON_REMOVED: '该人员已被移除，旧的密钥文件无效。请联系安全管理员，此事已记入审计日志。',
  ROLE_KEYS_MISSING: '岗位已变动，原密钥不适用，数据未受影响。请将该人员移除后重新添加。',
  RECOVERY_PARTS_GONE: '恢复密钥已交付或已不在内存中，不能再显示。请由科室负责人重新制作。',
  PASSWORD_WEAK: '密码少于 {{minLength}} 位，未作改动。请设置更长的密码。',
  USER_UNKNOWN: '本机没有此工号的使用人，未作改动。请核对工号。',
  SYNC_UNREACHABLE: '服务器没有应答，本机数据照常使用。请检查网络后重试。',
  SYNC_INTERRUPTED: '网络中断，已接收的部分已保留。请重试，将从断点继续。',
  SYNC_SERVER_IDENTITY:
    '对方不是本单位的服务器，已断开，未发送任何数据。请勿使用此网络，并联系管理员。',
  SYNC_DEVICE_REFUSED: '服务器未认可本机，本机数据未改动。请联系上级管理员。',
  SYNC_SIGNATURE_BAD: '收到的数据清单签名不正确，未写入任何内容。请上报。',
  SYNC_OBJECT_DAMAGED:
    '收到的数据块 {{object}} 不完整或被改动，已丢弃，其余保留。请重试，只补收该块。',
  SYNC_KEY_EPOCH:
    '数据使用辖区第 {{epoch}} 号密钥加密，本机持有的是第 {{held}} 号。未应用任何数据，原数据照常使用。请再次同步以取得现用密钥，或改用较新的介质。',
  SYNC_ROOT_MISMATCH:
    '更新后与服务器有 {{buckets}} 组不一致，更新未生效，原数据照常使用。请重试修复。',
  SYNC_SCHEMA_UNSUPPORTED:
    '服务器数据需要更新版本的程序，本机数据和待上报内容均已保留。请更新程序。',
  SYNC_SERVER_OUTDATED:
    '服务器版本低于本程序，暂不能更新数据，本机数据照常使用。请联系管理员升级服务器。',
  SYNC_CURSOR_REFUSED: '服务器要求重新接收全部数据，核对完成前原数据照常使用。请开始同步。',
  SYNC_STATE_MOVED: '比对期间服务器数据有更新。系统会自动按新数据重新比对，也可以稍后再同步。',
  SYNC_ROLLED_BACK:
    '服务器给出的数据比本机已有的更旧，本机数据未改动。可能是服务器由旧备份恢复，请联系上级平台管理员核查后再同步。',
  SYNC_CHAIN_BROKEN:
    '服务器公布的数据目录与本机此前收到的不衔接，本机数据未改动。请上级平台管理员核查是否有两套服务器或由旧备份恢复，重新发布后再同步。',
  SYNC_INCOMPLETE:
    '服务器公布的数据目录不完整或自相矛盾，本机数据未改动。请稍后重试；仍不行请联系上级平台管理员。',
  SYNC_PROTOCOL: '收到的应答不是本系统服务器的内容，本机数据未改动。请重试或更换网络。',
  SYNC_PORTAL: '当前网络要求先在浏览器中登录。请打开浏览器完成上网登录后重试。',
  SYNC_CLOCK:
    '本机日期为 {{today}}，按此日期服务器证书不在有效期内，本机数据未改动。请校准本机日期和时间后重试；如日期无误，请勿使用此网络，并联系管理员。',
  SYNC_PROXY_REFUSED: '代理服务器不允许连接。请核对代理用户名和密码，或联系网络管理员。',
  SYNC_PROXY_UNREACHABLE: '代理服务器没有应答。请核对代理地址并检查网络。',
  PROXY_ADDRESS_INVALID: '代理地址应为“主机:端口”，用户名不能含冒号，设置未改动。请更正后重试。',
  SYNC_TOO_SLOW: '网络过慢，连接已断开，已接收的部分已保留。请重试或更换网络。',
  SYNC_ANSWER_TOO_LARGE: '收到的内容超出应有大小，已停止接收，本机数据未改动。请更换网络后重试。',
  SYNC_SERVER_BUSY: '服务器繁忙，本机数据照常使用。{{seconds}} 秒后自动重试。',
  STORE_KEY_WRONG: '密钥与数据文件 {{file}} 不符，文件未改动。请确认数据文件夹属于本单位。',
  STORE_CORRUPT:
    '数据文件 {{file}} 已损坏，未对其改动，待上报内容在另一文件中。请恢复备份或重新接收数据。',
  STORE_FROM_FUTURE:
    '数据文件 {{file}} 的版本为 {{version}}，高于本程序支持的 {{ours}}，未作任何改动。请安装新版本。',
  STORE_UPGRADE_FAILED:
    '数据文件 {{file}} 未能由版本 {{version}} 升级到 {{ours}}，已恢复原状。请继续使用原版本程序并上报。',
  STORE_IO:
    '磁盘读写数据文件 {{file}} 出错，已确认的内容没有丢失。请重试；如反复出现，请备份到其他磁盘并检修。',
  STORE_MISSING: '找不到数据文件 {{file}}，其余文件未改动。请从备份恢复。',
  STORE_CRASHED: '数据服务意外停止，已确认的操作没有丢失。请重新解锁。',
  STORE_IN_USE: '数据文件夹正由另一窗口使用，未作改动。请使用已打开的窗口。',
  AUDIT_CHAIN_BROKEN:
    '审计日志第 {{entry}} 条起核验不符，未作任何改动。请停止使用并通知审计管理员。',
  BOARDS_INCOMPLETE:
    '变更、培训和考试记录尚未接收完整，据此计算的往日数据、预测和导出会有误，暂不提供。请完成同步后再试；当前状态照常可看。',
  SLICE_EMPTY: '本机还没有数据。请先进行首次同步。',
  REVEAL_LIMIT:
    '一小时内按号码查询或查看隐藏内容已达 {{limit}} 次，本次未显示，已记入日志。请 {{minutes}} 分钟后再试。',
  EMERGENCY_READ_ONLY:
    '当前为应急只读模式，只能查询，未作任何改动。请在正常运行的电脑上办理，或联系系统管理员。',
  EMERGENCY_CACHE_MISSING: '本机没有完整的应急数据，且未连上服务器，暂不能查询。请连接网络后同步。',
  EMERGENCY_CACHE_DAMAGED:
    '本机应急数据已损坏或被改动，未显示其中任何内容。请连接网络，重新接收后查询。',
  EMERGENCY_LEVEL:
    '现处于应急 {{level}} 级，此操作在解除前不予办理。安全页面说明该级别的措施和设置人。',
  EMERGENCY_LEVEL_REFUSED:
    '未更改：上级机关下达的级别只能由上级机关解除；本机未设置级别时无需解除。',
  EXPORT_EMPTY: '所选范围内没有证书，未开始导出。请放宽范围。',
  EXPORT_ENDED_BY_LEVEL:
    '制作期间应急级别生效，数据不得离开本机，导出已终止，没有留下文件。解除后请重新导出；安全页面说明级别和设置人。',
  EXPORT_TOO_LARGE: '所选 {{count}} 条超过单次上限 {{limit}} 条，未开始导出。请缩小范围。',
  EXPORT_NOT_ALLOWED:
    '本单位的导出规定不允许这一用途或这一验证方式，未开始导出。请另选，或联系安全管理员。',
  EXPORT_QUOTA: '本次 {{count}} 条超过剩余额度 {{left}} 条，未开始导出。请缩小范围或改日再导。',
  EXPORT_TICKET_GONE:
    '该导出许可不在本机，或已使用、到期、收回，没有签名，也没有留下文件。请换用其他许可。',
  EXPORT_TICKET_NEWER:
    '该导出许可由更新版本的平台签发，本程序看不懂其中的内容，没有签名，也没有留下文件。请先升级本程序；许可到期前仍可使用。',
  EXPORT_TICKET_UNFIT:
    '该导出许可不包括本次范围、用途、条数或导出模板，未开始导出。请缩小范围、换用模板或其他许可。',
  EXPORT_TICKET_FORM:
    '这张许可签发之后，所选导出模板才设立或改动过，许可不包括现在的模板；未开始导出，许可也没有用掉。请先同步数据再试；仍不行请换用其他模板、此后签发的许可，或改用短信验证码、申请批准。',
  EXPORT_CODE_FORM: '许可码有错漏，请对照许可单重新输入。本次不计入次数。',
  EXPORT_CODE_TRIES: '一小时内输错次数过多，请 {{minutes}} 分钟后再试，或改用其他方式。',
  EXPORT_NOT_APPROVED: '该申请尚未批准或已被退回，不能导出。',
  EXPORT_STOPPED: '导出在封装前停止，没有留下文件。请重新开始。',
  EXPORT_MARKS_CHANGED:
    '导出过程中“核查中”标记有变化；没有导出，也没有留下文件。请重新导出；许可已用掉的，请重新申请。',
  RECORD_MARKS_CHANGED:
    '记录生成过程中“核查中”标记、数据或应急级别有变化，没有留下文件。请重新生成。',
  EXPORT_SELF_CHECK: '封装后的文件自检不符，已全部清除。请重新导出；再次出现时检查 U-Key。',
  EXPORT_TARGET: '所选文件夹不能写入，没有留下文件。请另选文件夹。',
  EXPORT_NEEDS_RECIPIENT: '所选模板要求加密，请选择接收人证书。',
  RECIPIENT_UNREADABLE: '{{name}} 中没有可用的证书文件，请向接收人索取 .cer 或 .pem 格式的证书。',
  RECIPIENT_UNFIT: '不能向所选证书加密，请重新选择接收人证书。',
  PACKAGE_UNREADABLE: '这不是证哨的签章文件，文件未改动。请选择收到的 .zip 文件。',
  VERIFY_TOO_LONG:
    '验证 {{name}} 用时过长，已停止，未得出任何结论，文件未改动。请勿据此文件办事；复制到本机硬盘后再试一次，仍不行请上报。',
  VERIFY_ENDED:
    '读取 {{name}} 时验证程序意外停止，未得出任何结论，文件未改动。请勿据此文件办事；可再试一次，仍不行请上报。',
  JOBS_CRASHED: '文件生成服务意外停止，没有留下文件。请重新开始。',
  TOKEN_NONE: '未检测到 U-Key，尚未签名。请插入 U-Key。',
  TOKEN_REMOVED: 'U-Key 已拔出，未完成的文件已全部清除。请插入后重新输入 PIN 码。',
  TOKEN_PIN_WRONG: 'PIN 码不正确，还可输入 {{triesLeft}} 次，用完后 U-Key 锁定。请核对后输入。',
  TOKEN_PIN_LAST_TRY:
    'U-Key 只剩最后一次 PIN 码机会，刚才输入的没有提交。再输错即锁定，须到发证机构解锁；确认无误请在两分钟内再输入一次。',
  TOKEN_PIN_LOCKED: 'PIN 码已锁定，尚未签名。请到发证机构解锁。',
  TOKEN_LIBRARY_MISSING: '未安装 U-Key 驱动（{{library}}），尚未签名。请安装驱动后再试。',
  TOKEN_LIBRARY_UNUSABLE:
    'U-Key 驱动已安装但无法加载，可能是 32 位与 64 位不符，或文件已损坏。请安装与本程序相符的驱动后再试。',
  TOKEN_CERTIFICATE_UNUSABLE:
    '证书已过期、尚未生效或不能签名，尚未签名。请选用其他证书或办理更新。',
  TOKEN_NO_CERTIFICATE: 'U-Key 中没有签名证书，尚未签名。请到发证机构办理。',
  TOKEN_TIMEOUT: 'U-Key 没有应答，尚未签名。请拔出后重新插入再试。',
  TOKEN_FAILED: 'U-Key 驱动报告故障（{{layer}}），尚未签名。请重试或进行诊断。',
  DEVICE_CRASHED: 'U-Key 服务意外停止，尚未签名。请重试。',
  RULE_PACK_REFUSED: '规则包 {{pack}} 未通过核验，继续使用原规则包。请上报。',
  BACKUP_NO_PLACE: '本机尚未选择备份位置。请选择文件夹或移动存储设备。',
  BACKUP_PLACE_MISSING:
    '找不到备份位置，或接入的不是原来的存储设备。请接好设备后重试，或另选位置。已有备份不受影响。',
  BACKUP_SOURCE_DAMAGED:
    '数据文件 {{file}} 第 {{page}} 页已损坏，本次没有备份，已有备份保留。请恢复最近的完好备份或重新同步。',
  BACKUP_SOURCE_BUSY: '有导出或核对正在长时间读取数据，暂时无法备份。请待其结束后重试。',
  BACKUP_ALTERED: '备份中的文件 {{file}} 已被改动或损坏，未使用。请选择其他备份。',
  BACKUP_INCOMPLETE: '备份不完整，缺少 {{file}}。请补齐整个备份文件夹，或选择其他备份。',
  BACKUP_FROM_FUTURE: '该备份由更新的版本（{{program}}）制作。请先安装该版本再恢复。',
  BACKUP_OTHER_OFFICE: '该备份属于其他单位（{{office}}），不能恢复到本机。',
  BACKUP_KEY_WRONG: '现有密钥打不开该备份，或备份清单已被改动。请选择本单位的其他备份。',
  BACKUP_CHECK_FAILED:
    '备份能够打开，但内容与记录不一致（{{what}}）。请选择其他备份，并重新做一次完整备份。',
  RESTORE_WAITING:
    '恢复的数据已齐备，但暂时无法启用，新旧数据均已保留。请关闭本程序后重新启动，恢复将自动完成。',
  SAVED_FULL: '收藏已满（最多 {{limit}} 项），本次未保存。请先移除不用的项目。',
  SAVED_GONE: '该项已移除或已变更，没有改动。请查看最新列表。',
  SEALED_VALUE_ALTERED:
    '这里所写的内容在日志库中被改动过，或是从别处移来的。原样保留，没有使用。请告知审计管理员，并重新填写。',
  OUTBOX_ITEM_SETTLED: '该上报事项已办理，没有改动。请查看最新列表。',
  OUTBOX_DIFFERS:
    '上报队列的副本与本机日志不符，本次操作未记录，两份文件均未改动。请将 outbox.sealed 交上级平台核对。',
  BUNDLE_NOT_ONE: '{{name}} 不是离线包文件，未使用。请选择上级平台下发的离线包。',
  BUNDLE_NEWER:
    '{{name}} 由更新版本的程序制作，未使用。请先升级本程序，或请上级平台按本版本重新制作。',
  BUNDLE_CUT: '{{name}} 不完整，可能没有复制完，未使用。请重新复制到 U 盘。',
  BUNDLE_FORGED: '{{name}} 的签名不是本单位服务器的签名，未使用。请勿使用该离线包，并上报。',
  BUNDLE_ALTERED: '{{name}} 已被改动或损坏，未使用，本机数据未变。请重新复制；仍不行请重新制作。',
  BUNDLE_OTHER_OFFICE: '该离线包属于其他单位（{{office}}），未使用。请选择本单位的离线包。',
  BUNDLE_OTHER_DEVICE:
    '该离线包是为另一台设备（{{device}}）制作的，未使用。请选择为本机制作的离线包。',
  BUNDLE_VOLUME_MISSING:
    '离线包共 {{count}} 个文件，缺第 {{volumes}} 个，未使用。请把全部文件复制到同一文件夹。',
  BUNDLE_MIXED:
    '文件夹中混有不同离线包的文件，所选离线包缺第 {{volumes}} 个，未使用。请把同一离线包的全部文件放在一个文件夹。',
  BUNDLE_OLDER: '本机数据比该离线包更新，未使用。如需更新，请向上级平台索取新的离线包。',
  BUNDLE_OLDER_THAN_SEEN:
    '该离线包比本机曾经收到的数据更旧，未使用，以免已吊销的证书被误认为有效。请联网同步，或向上级平台索取新的离线包。',
  BUNDLE_PREREQUISITE:
    '该离线包接第 {{from}} 号变更，本机只到第 {{have}} 号，未使用。请先导入之前的离线包，或按本机情况重新制作。',
  BUNDLE_MENDS_NOT:
    '本机部分数据与服务器签名不符，这份离线包无法修复，原有数据仍在。请先“导出到 U 盘”并交上级平台，由其重新制作可修复的离线包；或联网同步。',
  BUNDLE_NEEDS_FULL:
    '该离线包只有变更，本机缺少其前面的数据，原有数据未变。请向上级平台索取完整离线包。',
  BUNDLE_GONE: '读取不到 {{name}}，U 盘可能已取下。已写入的内容保留，请接好后重新选择文件。',
  ATTACHMENT_MISSING: '上级平台暂时没有这份附件的内容，证书记录不受影响。请向上级平台反映后重试。',
  TABLE_UNREADABLE: '无法读取 {{name}}：文件已移走或已改动，或其存储设备已断开。请确认后重新选择。',
  TABLE_LOCKED: '{{name}} 正被其他程序占用，未读入任何内容。请在该程序中关闭后重新选择。',
  TABLE_DENIED: '没有读取 {{name}} 的权限。请取得权限，或将其复制到自己的文件夹后重新选择。',
  TABLE_SILENT: '{{name}} 所在的磁盘 10 秒没有响应，未读入任何内容。请先复制到本机，再选择该副本。',
  TABLE_CHANGED: '{{name}} 在读取时被改动，未读入任何内容。请待其保存完毕后重新选择。',
  TABLE_NOT_ONE: '{{name}} 不是名单。请存为 .xlsx 或 .csv 后重新选择。',
  TABLE_ENCRYPTED: '{{name}} 设有密码，或是旧版 .xls。请去掉密码并存为 .xlsx。',
  TABLE_MACROS: '{{name}} 含有宏，未执行也未读取。请存为 .xlsx 后重新选择。',
  TABLE_TOO_LARGE: '{{name}} 超过 20 万行或内容过多。请拆分后分别核验。',
  TABLE_BOMB: '{{name}} 解压后异常庞大，未读取。请勿用其他程序打开，并请对方另发普通名单。',
  TABLE_QUOTES:
    '{{name}} 第 {{line}} 行的引号不成对，其后各行无法区分，未读入任何内容。请改正该行，或另存为 .xlsx。',
  TABLE_DAMAGED: '{{name}} 已损坏或不完整。请对方重发，或另存后再选。',
  TABLE_EMPTY: '{{name}} 的第一张表中没有数据。请把名单放在第一张表。',
  TABLE_COLUMNS: '没有指定身份证号或证书编号所在的列，请先指定。',
  TABLE_CLOSED: '名单已关闭，请重新选择。',
  BATCH_OUTDATED: '核验后有 {{count}} 行的证书已失效或正在核查，没有保存。请重新核验该名单。',
  BATCH_GONE: '该次核验已撤销，或不属于您。',
  EVIDENCE_TYPE:
    '所选文件不是有效的 JPEG、PNG 图片或 PDF 文件，或图片尺寸过大，未添加。请另选文件。',
  EVIDENCE_TOO_LARGE:
    '文件过大，或待发送的照片合计超过 {{limitMb}} MB，未添加。请压缩后再选，或等待发送完毕。',
  EVIDENCE_GONE: '所选文件已不可用，请重新选择。',
  SCAN_PICTURE_TYPE: '所选文件不是 JPEG 或 PNG 图片。请拍摄或截取二维码图片，未保存任何内容。',
  SCAN_PICTURE_TOO_LARGE: '图片过大。请换一张较小的、只含二维码的图片。',
  SCAN_PICTURE_DAMAGED: '图片无法识读。请换一张图片，或手工输入编号。',
  SCAN_ASK_GONE: '该次扫描内容已不在本机，请重新扫描后再提交查询。',
  AGREEMENT_NEEDED: '使用该功能前，须先在“安全”页签署用户协议（{{version}} 版）。',
  GRANT_REQUEST_GONE: '中心已没有这件申请，请同步后查看列表。',
  GRANT_GONE: '授权已到期、被收回，或属于其他人员，数据已销毁。仍需查询的，请重新申请。',
  GRANT_NOT_FOR: '授权内容不含此项。确有需要请另行申请并写明。',
  GRANT_NOT_OPEN: '授权数据不在本机或无法打开，请在授权有效期内重新取得。',
  AGREEMENT_SIGNED: '您已签署 {{version}} 版用户协议，无需重复签署。',
  SITE_NONE_OPEN: '当前没有进行中的集中核验，请先开始。',
  SITE_FULL: '已达上限 {{limit}} 条。请结束本次核验另开一次，或删除已办结的条目。',
  SITE_GONE: '该条目已不存在，请刷新后再看。',
  VISITS_MOVING: '读取期间名单一直在变化，未加入任何条目。请在同步结束后重试。',
  IMPORT_COLUMNS: '名单缺少以下列：{{columns}}。请按模板填写表头后重新选择。',
  IMPORT_TOO_LONG: '名单过长，每次最多 {{most}} 行，请分次报送。',
  IMPORT_NOTHING: '没有可报送的行，请按提示更正名单后重新选择。',
  IMPORT_GONE: '没有这次报送的记录，请刷新列表。',
  UPDATE_UNREACHABLE:
    '更新服务器没有应答或连接反复中断，已接收的部分已保留。请稍后重试，或使用更新 U 盘。',
  UPDATE_TOO_SLOW: '网络过慢，更新已暂停，已接收的部分已保留。请稍后重试，或使用更新 U 盘。',
  UPDATE_REDIRECTED:
    '更新请求被转到其他地址，已停止。如当前网络要求登录，请先登录；否则请联系系统管理员。',
  UPDATE_REFUSED:
    '更新信息未通过核验，可能不是正式发布、已过期或早于以前的版本。请勿安装，并告知系统管理员。',
  UPDATE_FILE_DAMAGED: '更新文件与正式发布的不一致，已删除。请重新下载；仍然如此请告知系统管理员。',
  UPDATE_NO_RELEASES:
    '该位置没有更新文件。使用 U 盘的，请选择含有 metadata 和 files 的文件夹；使用更新服务器的，请告知系统管理员。',
  STATISTICS_BUDGET:
    '本机 {{year}} 年的隐私额度只余 {{left}}，未公布任何数字。请选较小的 ε，或请上级平台增拨；下一年 1 月 1 日起有新额度。',
  STATISTICS_NO_SHARE:
    '上级平台尚未分配本机 {{year}} 年的隐私额度，未公布任何数字。请先同步；恢复过备份的，同步两次；仍没有的，请上级平台增拨。',
  STATISTICS_CLOCK: '本机时钟早于已公布统计的年份，未公布任何数字。请校正时钟并同步。',
  STATISTICS_LIMIT: '一小时内统计次数过多，未公布任何数字。请 {{minutes}} 分钟后再试。',
  STATISTICS_GONE: '此表已不在内存中，未保存。请重新公布，同一数据不再扣额度。',
  ACTS_SESSION: '中心没有您的登录记录（已满 20 分钟或中心已重启），未作任何改动。请重新登录中心。',
  ACTS_NOT_ADMIN:
    '这把 U-Key 不是中心登记的管理员钥匙，未作任何改动。请换用登记的 U-Key，或由两名管理员增加这把。',
  ACTS_EXPIRED:
    '管理员证书不在有效期内，未作任何改动。请用换发的证书登录，并提出“管理员换发证书”。',
  ACTS_OWN: '本人提出的操作不能由本人会签。请另一名管理员在其设备上会签。',
  ACTS_SIGNATURE:
    '中心未认可此签名，未作任何改动。请刷新列表后重新签名；如仍不行，请核对本机时间。',
  ACTS_GONE: '此项操作已办结、已撤回或已满七天。请刷新列表，如仍需要请重新提出。',
  ACTS_ALTERED: '中心保存的内容与原先提出或签名的不一致，未签名。请不要签名，并联系中心运维人员。',
  ACTS_INVALID:
    '填写内容不成立，或过长不能在签名窗口完整显示，未提出。请修改；过长的用文件方式签名。',
};
