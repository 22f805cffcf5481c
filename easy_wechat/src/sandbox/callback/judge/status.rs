use crate::sandbox::Words;

/// What another status than 200 means, and what to do.
pub(in crate::sandbox::callback) fn refused(status: u16, location: Option<&str>) -> Words {
    let (en, zh) = match status {
        300..400 => {
            let location = location.unwrap_or("-");
            return Words::new(
                format!(
                    "HTTP {status}, a redirect to {location}: the platform follows none; give the address that answers itself"
                ),
                format!("HTTP {status} 重定向到 {location}: 平台不会跟随重定向, 请填写最终地址"),
            );
        }
        400 => (
            "the app refused it as malformed, wrongly signed or stale; its log says which: compare token, encoding_aes_key and corpid (an Official Account's appid) with the sandbox's",
            "应用认为请求格式、签名或时间有误, 请看它的日志: 核对 token、encoding_aes_key 和 corpid (公众号是 appid) 是否与沙箱一致",
        ),
        401 | 403 => (
            "the app or something before it refuses access: the signature may be wrong (compare the token), or a login or firewall is in the way",
            "应用或它前面的服务拒绝访问: 可能是签名不对 (核对 token), 或有登录、防火墙阻挡",
        ),
        404 => (
            "there is nothing at this path: compare it with the app's route (easy_wechat: route_name, by default /weixin)",
            "这个路径不存在: 请核对应用的路由 (easy_wechat 的 route_name, 默认 /weixin)",
        ),
        405 => (
            "the app does not take this method at this path: it needs GET for the verification and POST for messages",
            "应用在此路径上不接受该方法: 验证用 GET, 消息用 POST",
        ),
        411 | 413 | 414 | 431 => (
            "the app or a proxy takes no request of this size",
            "应用或代理不接受这样大小的请求",
        ),
        415 => (
            "the app does not take this Content-Type (text/xml): read the body whatever its type",
            "应用不接受这个 Content-Type (text/xml): 请不要依赖它",
        ),
        429 => (
            "the app or a proxy limits the rate; the platform only tries again a few times",
            "应用或代理限流; 平台只会重试几次",
        ),
        502..=504 => (
            "a gateway or proxy has no answer of the app: is the app running, and is the proxy's time limit above the app's?",
            "网关或代理没有得到应用的应答: 应用是否在运行, 代理的超时是否足够长?",
        ),
        500..600 => (
            "the app failed: look at its log",
            "应用出错, 请查看它的日志",
        ),
        201..300 => (
            "only 200 counts as received; answer with 200",
            "只有 200 表示已收到, 请返回 200",
        ),
        _ => ("only 200 counts as received", "只有 200 表示已收到"),
    };
    Words::new(
        format!("HTTP {status}: {en}"),
        format!("HTTP {status}: {zh}"),
    )
}
