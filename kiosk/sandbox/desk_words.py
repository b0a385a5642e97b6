"""The words of the case desk. Officers read them; citizens never do."""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "received": "待受理",
    "correction": "待补正",
    "accepted": "已受理",
    "refused": "不予受理",
    "withdrawn": "已撤回",
}
HISTORY: Mapping[str, str] = {
    "received": "收到申请",
    "correction": "一次性告知补正",
    "accepted": "准予受理",
    "refused": "不予受理",
    "withdrawn": "申请人撤回",
}
MODES: Mapping[int, str] = {0: "全程网办", 1: "异地代收代办", 2: "授信办理", 3: "多地联办"}
OBTAINED: Mapping[str, str] = {
    "captured": "终端拍摄",
    "read_from_card": "读取证件",
    "exempt": "数据共享免提交",
}
DELIVERY: Mapping[str, str] = {
    "window": "窗口领取",
    "post": "邮寄送达",
    "courier": "邮寄送达",
    "electronic": "电子送达",
    "terminal": "自助终端打印",
}
SEX: Mapping[str, str] = {"1": "男", "2": "女", "male": "男", "female": "女"}
STARS: Mapping[int, str] = {
    5: "非常满意",
    4: "满意",
    3: "基本满意",
    2: "不满意",
    1: "非常不满意",
}
TERMINAL_STATES: Mapping[str, str] = {
    "approved": "已登记",
    "pending": "待批准",
    "revoked": "已注销",
}
ROLES: Mapping[str, str] = {
    "resident_id": "身份证阅读器",
    "smart_card": "社保卡读卡器",
    "document_camera": "高拍仪",
    "receipt_printer": "凭条打印机",
    "document_printer": "文件打印机",
    "code_scanner": "扫码器",
}
DEVICE_STATES: Mapping[str, str] = {
    "absent": "未配置",
    "opening": "正在打开",
    "ready": "就绪",
    "busy": "使用中",
    "attention": "需处理",
    "faulty": "故障",
    "unresponsive": "无响应",
    "stopped": "已停用",
}
FAULTS: Mapping[str, tuple[str, str]] = {
    "slow": ("缓慢", "处理之前等待若干秒（默认 5）"),
    "status_503": ("繁忙 503", "不处理，请稍后再试"),
    "status_500": ("内部错误 500", "不处理，只答错误"),
    "status_429": ("限流 429", "不处理，给出等待秒数"),
    "reset_before": ("处理前断线", "请求未处理，连接被重置"),
    "reset_after_storing": ("入库后断线", "已经入库，连接被重置"),
    "answer_withheld": ("有来无回", "已经入库，不作回答（默认 120 秒）"),
    "half_answer": ("半截回答", "已经入库，回答只发一半"),
    "clock_skew": ("时钟偏差", "平台时钟快若干秒（默认 3600）"),
    "disk_full": ("存储已满 507", "不处理，存储空间不足"),
    "refuse": ("不予受理", "申请一到即以业务理由退回"),
    "correct": ("要求补正", "申请入库并立即要求补正"),
    "maintenance": ("停机维护 503", "不处理，维护窗口"),
    "unauthorised": ("签名不符 401", "当作签名未通过验证"),
}
